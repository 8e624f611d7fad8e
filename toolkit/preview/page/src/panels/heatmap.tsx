/** A histogram's buckets over time. Buckets that Grafana would calculate itself are not made. */
import { colorManipulator, formattedValueToString, getValueFormat, type GrafanaTheme2 } from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleOrientation } from '@grafana/schema';
import { UPlotChart, UPlotConfigBuilder, useTheme2, VizLayout } from '@grafana/ui';
import * as schemes from 'd3-scale-chromatic';
import { type ReactElement, type ReactNode, useMemo } from 'react';
import type uPlot from 'uplot';
import { number } from '../prometheus_frames';
import { Annotations } from '../annotations';
import type { Options } from '../payload';
import { clipped, moment, silentSeries, timeAxis, tracks, type VizProps } from '../plot';
import { stepOf, type Track } from '../value_spans';
import { turned } from '../heatmap_color_schemes';
import { PlotTip, type Tip } from '../tooltip';

const LABEL_HEIGHT = 28; // pixels that one label of the axis needs

type Shade = (value: number) => string;

interface Cells {
  rows: Track[];
  low: number;
  high: number;
  /** Cells at or under it stay empty, and those at or over the ceiling. */
  floor: number;
  ceiling: number;
  shade: Shade;
  bound: (index: number) => string;
}

/** The span of the values that are drawn. */
export function limits(rows: Track[], color: Options, floor: number): [number, number] {
  const values = rows.flatMap((row) => row.value.values).filter((value): value is number => value !== null && value > floor);
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return [color.min ?? low, color.max ?? high];
}

function shader(color: Options, theme: GrafanaTheme2, [low, high]: [number, number]): Shade {
  const named = schemes as unknown as Record<string, (share: number) => string>;
  const name = color.scheme === 'Cubehelix' ? 'CubehelixDefault' : (color.scheme ?? 'Oranges');
  const scheme = named[`interpolate${name}`] ?? schemes.interpolateSpectral;
  const steps = Math.max(2, color.steps ?? 64);
  const isFlipped = Boolean(color.reverse) || turned(color.scheme ?? 'Oranges', theme);
  return (value) => {
    let share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 1;
    // The exponent bends opacity alone: colours of a scheme are spread evenly.
    if (color.mode === 'opacity' && color.scale !== 'linear') {
      share **= color.exponent ?? 0.5;
    }
    share = Math.round(share * (steps - 1)) / (steps - 1);
    if (color.mode === 'opacity') {
      return colorManipulator.alpha(theme.visualization.getColorByName(color.fill ?? 'dark-orange'), share);
    }
    return scheme(isFlipped ? 1 - share : share);
  };
}

export function HeatmapPanel(props: VizProps): ReactNode {
  const theme = useTheme2();
  const options = props.panel.options;
  const { timeRange, timeZone } = props;
  const cells = useMemo((): Cells => {
    const rows = tracks(props.frames);
    const floor = options.filterValues?.le ?? -Infinity;
    const ceiling = options.filterValues?.ge ?? Infinity;
    const [low, high] = limits(rows, options.color ?? {}, floor);
    const format = getValueFormat(options.yAxis?.unit ?? 'short');
    const bound = (index: number): string => {
      const value = number(rows[index]?.name ?? '');
      return Number.isFinite(value)
        ? formattedValueToString(format(value, options.yAxis?.decimals))
        : (rows[index]?.name ?? '');
    };
    return { rows, low, high, floor, ceiling, bound, shade: shader(options.color ?? {}, theme, [low, high]) };
  }, [props.frames, options, theme]);
  const config = useMemo(() => {
    const made = new UPlotConfigBuilder(timeZone);
    const count = cells.rows.length;
    timeAxis(made, theme, timeRange, timeZone);
    made.addScale({
      scaleKey: 'y',
      orientation: ScaleOrientation.Vertical,
      direction: options.yAxis?.reverse ? ScaleDirection.Down : ScaleDirection.Up,
      range: () => [0, count],
    });
    made.addAxis({
      scaleKey: 'y',
      placement: (options.yAxis?.axisPlacement ?? AxisPlacement.Left) as AxisPlacement,
      theme,
      splits: (plot: uPlot) => {
        const every = Math.max(1, Math.ceil(count / (plot.height / LABEL_HEIGHT)));
        return cells.rows.map((_row, index) => index + 1).filter((at) => (count - at) % every === 0);
      },
      values: (_plot: uPlot, at: number[]) => at.map((top) => cells.bound(Math.round(top) - 1)),
      grid: { show: false },
    });
    made.addHook('draw', (plot) => clipped(plot, (context) => drawCells(plot, context, cells, options.cellGap)));
    silentSeries(made, theme);
    return made;
  }, [cells, options, theme, timeRange, timeZone]);
  const data = useMemo((): uPlot.AlignedData => {
    const times = [...new Set(cells.rows.flatMap((row) => row.time.values))].sort((a, b) => a - b);
    return [times, times.map(() => null)];
  }, [cells]);
  const scale = options.legend?.show !== false && cells.high > cells.low ? <Scale cells={cells} options={options} /> : null;
  const legend = scale && <VizLayout.Legend placement="bottom">{scale}</VizLayout.Legend>;
  return (
    <VizLayout width={props.width} height={props.height} legend={legend}>
      {(width: number, height: number) => (
        <UPlotChart config={config} data={data} width={width} height={height}>
          <Annotations config={config} annotations={props.annotations} timeZone={timeZone} isFilled />
          <PlotTip config={config} read={(plot) => read(plot, cells, options, timeZone)} />
        </UPlotChart>
      )}
    </VizLayout>
  );
}

function drawCells(plot: uPlot, context: CanvasRenderingContext2D, cells: Cells, gapPixels: number): void {
  const gap = gapPixels * window.devicePixelRatio;
  cells.rows.forEach((row, index) => {
    const a = plot.valToPos(index, 'y', true);
    const b = plot.valToPos(index + 1, 'y', true);
    const top = Math.round(Math.min(a, b));
    const height = Math.max(1, Math.round(Math.max(a, b)) - top - gap);
    row.time.values.forEach((time, at) => {
      const value = row.value.values[at];
      if (value === null || !(value > cells.floor && value < cells.ceiling)) {
        return;
      }
      const left = Math.round(plot.valToPos(time - stepOf(row), 'x', true));
      const width = Math.max(1, Math.round(plot.valToPos(time, 'x', true)) - left - gap);
      context.fillStyle = cells.shade(value);
      context.fillRect(left, top, width, height);
    });
  });
}

function Scale({ cells, options }: { cells: Cells; options: Options }): ReactElement {
  const theme = useTheme2();
  const format = getValueFormat(options.cellValues?.unit ?? 'short');
  const stops = Array.from({ length: 33 }, (_none, index) => cells.shade(cells.low + ((cells.high - cells.low) * index) / 32));
  const ends = [cells.low, cells.high].map((value) => formattedValueToString(format(value, options.cellValues?.decimals)));
  return (
    <div style={{ width: 300, margin: '4px 8px', fontSize: 12, color: theme.colors.text.secondary }}>
      <div style={{ height: 10, borderRadius: 2, background: `linear-gradient(90deg, ${stops.join(',')})` }} />
      <div style={{ display: 'flex', justifyContent: 'space-between' }}>
        {ends.map((end, index) => (
          <span key={index}>{end}</span>
        ))}
      </div>
    </div>
  );
}

function read(plot: uPlot, cells: Cells, options: Options, timeZone: string): Tip | null {
  const index = Math.floor(plot.posToVal(plot.cursor.top ?? 0, 'y'));
  const row = cells.rows[index];
  const time = plot.posToVal(plot.cursor.left ?? 0, 'x');
  const at = row?.time.values.findIndex((each) => each - stepOf(row) <= time && time < each) ?? -1;
  const value = at < 0 ? null : row.value.values[at];
  if (value === null || !(value > cells.floor)) {
    return null;
  }
  const format = getValueFormat(options.cellValues?.unit ?? 'short');
  const bounds = index > 0 ? `${cells.bound(index - 1)} to ${cells.bound(index)}` : `up to ${cells.bound(index)}`;
  return {
    title: moment(row.time.values[at], timeZone),
    lines: [{ color: cells.shade(value), label: bounds, value: formattedValueToString(format(value, options.cellValues?.decimals)) }],
  };
}
