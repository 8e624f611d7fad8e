/** States over time, one lane a series; also status history. Drawn on Grafana's plot. */
import { colorManipulator, formattedValueToString, type GrafanaTheme2 } from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleOrientation } from '@grafana/schema';
import { measureText, UPlotChart, UPlotConfigBuilder, useTheme2, VizLayout, type VizLegendItem } from '@grafana/ui';
import { interpolateRgb } from 'd3-interpolate';
import { type ReactNode, useMemo } from 'react';
import type uPlot from 'uplot';
import { Annotations } from '../annotations';
import type { Options } from '../payload';
import { inRanges, isJudged, ranges } from '../state_timeline_ranges';
import { clipped, legendOf, moment, silentSeries, timeAxis, tracks, type VizProps } from '../plot';
import { reachOf, type Span, spans, type Track } from '../value_spans';
import { PlotTip, type Tip } from '../tooltip';

const TEXT = 12;
const MOST_OF_THE_WIDTH = 0.4; // that names may take, as on Grafana's axes
const PAD = 4;

interface Lane extends Track {
  spans: Span[];
}

export function StateTimelinePanel(props: VizProps): ReactNode {
  const theme = useTheme2();
  const { options, type } = props.panel;
  const { timeRange, timeZone } = props;
  const lanes = useMemo(() => {
    const isTimeline = type === 'state-timeline';
    const merge = isTimeline && options.mergeValues !== false;
    return tracks(props.frames)
      .map((track) => (merge && isJudged(track.value) ? inRanges(track, theme) : track))
      .map((track) => ({ ...track, spans: spans(track, timeRange.to.valueOf(), merge, isTimeline ? reachOf(track) : undefined) }));
  }, [props.frames, options, type, timeRange, theme]);
  const config = useMemo(() => {
    const made = new UPlotConfigBuilder(timeZone);
    timeAxis(made, theme, timeRange, timeZone);
    made.addScale({
      scaleKey: 'y',
      orientation: ScaleOrientation.Vertical,
      direction: ScaleDirection.Down,
      range: () => [0, lanes.length],
    });
    made.addAxis({
      scaleKey: 'y',
      placement: AxisPlacement.Left,
      theme,
      splits: lanes.map((_lane, index) => index + 0.5),
      values: lanes.map((lane) => shortened(lane.name, props.width * MOST_OF_THE_WIDTH)),
      grid: { show: false },
      ticks: { show: false },
    });
    made.addHook('draw', (plot) =>
      clipped(plot, (context) => lanes.forEach((lane, index) => drawLane(plot, context, lane, index, options, theme))),
    );
    silentSeries(made, theme);
    return made;
  }, [lanes, options, theme, timeRange, timeZone, props.width]);
  const data = useMemo((): uPlot.AlignedData => {
    const times = [...new Set(lanes.flatMap((lane) => lane.time.values))].sort((a, b) => a - b);
    return [times, times.map(() => null)];
  }, [lanes]);
  const items = useMemo(() => legendItems(lanes, theme), [lanes, theme]);
  return (
    <VizLayout width={props.width} height={props.height} legend={legendOf(items, options.legend)}>
      {(width: number, height: number) => (
        <UPlotChart config={config} data={data} width={width} height={height}>
          <Annotations config={config} annotations={props.annotations} timeZone={timeZone} isFilled />
          <PlotTip config={config} read={(plot) => read(plot, lanes, timeZone)} />
        </UPlotChart>
      )}
    </VizLayout>
  );
}

/** The text, or as much of its beginning as fits. */
export function shortened(text: string, width: number): string {
  let end = text.length;
  const shown = (): string => (end < text.length ? `${text.slice(0, end)}…` : text);
  while (end > 1 && measureText(shown(), TEXT).width > width) {
    end -= 1;
  }
  return shown();
}

function drawLane(
  plot: uPlot,
  context: CanvasRenderingContext2D,
  lane: Lane,
  index: number,
  options: Options,
  theme: GrafanaTheme2,
): void {
  const ratio = window.devicePixelRatio;
  const share = options.rowHeight;
  const custom = (lane.value.config.custom ?? {}) as Options;
  const opacity = (custom.fillOpacity ?? 70) / 100;
  const top = Math.round(plot.valToPos(index + (1 - share) / 2, 'y', true));
  const height = Math.round(plot.valToPos(index + (1 + share) / 2, 'y', true)) - top;
  context.font = `${TEXT * ratio}px ${theme.typography.fontFamily}`;
  context.textBaseline = 'middle';
  for (const span of lane.spans) {
    const left = Math.round(Math.max(plot.valToPos(span.from, 'x', true), plot.bbox.left));
    const width = Math.round(plot.valToPos(span.to, 'x', true)) - left;
    const shown = lane.value.display?.(span.value);
    const colour = shown?.color ?? theme.colors.text.secondary;
    context.fillStyle = colorManipulator.alpha(colour, opacity);
    context.fillRect(left, top, width, height);
    if (custom.lineWidth) {
      context.strokeStyle = colour;
      context.lineWidth = custom.lineWidth * ratio;
      context.strokeRect(left, top, width, height);
    }
    const text = shown ? formattedValueToString(shown) : String(span.value);
    const fits = context.measureText(text).width + 2 * PAD * ratio < width && height > TEXT * ratio;
    if (options.showValue !== 'never' && (options.showValue === 'always' || fits)) {
      const align = (options.alignValue ?? 'center') as CanvasTextAlign;
      const places: Partial<Record<CanvasTextAlign, number>> = { left: left + PAD * ratio, right: left + width - PAD * ratio };
      context.textAlign = align;
      const ground = interpolateRgb(theme.colors.background.primary, colour)(opacity); // as it looks
      context.fillStyle = theme.colors.getContrastText(ground);
      context.fillText(text, places[align] ?? left + width / 2, top + height / 2);
    }
  }
}

/** The ranges of the thresholds, where they colour the lanes; otherwise the states that occur. */
function legendItems(lanes: Lane[], theme: GrafanaTheme2): VizLegendItem[] {
  const mode = lanes[0]?.value.config.color?.mode ?? 'fixed';
  const steps = lanes[0]?.value.config.thresholds?.steps ?? [];
  if (mode === 'thresholds' && steps.length > 1) {
    return ranges(lanes[0].value, theme).map(({ label, color }) => ({ label, color, yAxis: 1 }));
  }
  if (mode.startsWith('continuous')) {
    return [];
  }
  const found = new Map<string, string | undefined>();
  for (const lane of lanes) {
    for (const span of lane.spans) {
      const shown = lane.value.display?.(span.value);
      if (shown && !found.has(formattedValueToString(shown))) {
        found.set(formattedValueToString(shown), shown.color);
      }
    }
  }
  return [...found].map(([label, color]) => ({ label, color, yAxis: 1 }));
}

function read(plot: uPlot, lanes: Lane[], timeZone: string): Tip | null {
  const lane = lanes[Math.floor(plot.posToVal(plot.cursor.top ?? 0, 'y'))];
  const time = plot.posToVal(plot.cursor.left ?? 0, 'x');
  const span = lane?.spans.find((each) => each.from <= time && time < each.to);
  if (!lane || !span) {
    return null;
  }
  const shown = lane.value.display?.(span.value);
  return {
    title: `${moment(span.from, timeZone)} to ${moment(span.to, timeZone)}`,
    lines: [{ color: shown?.color, label: lane.name, value: shown ? formattedValueToString(shown) : String(span.value) }],
  };
}
