/** How often each value occurs; the buckets are made by @grafana/data. */
import {
  buildHistogram,
  colorManipulator,
  type Field,
  formattedValueToString,
  getFieldDisplayName,
  getFieldSeriesColor,
  getValueFormat,
  type HistogramFields,
} from '@grafana/data';
import {
  AxisPlacement,
  GraphDrawStyle,
  ScaleDirection,
  ScaleDistribution,
  ScaleOrientation,
  VisibilityMode,
} from '@grafana/schema';
import { UPlotChart, UPlotConfigBuilder, useTheme2, VizLayout } from '@grafana/ui';
import { type ReactNode, useMemo } from 'react';
import uPlot from 'uplot';
import { withoutGaps } from '../histogram_buckets';
import type { Options } from '../payload';
import { leaveRoom, legendOf, type VizProps } from '../plot';
import { PlotTip, type Tip } from '../tooltip';

// Steps of an axis of counts: nothing occurs two and a half times.
const WHOLE = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

interface Bars {
  name: string;
  color: string;
  counts: Array<number | null>;
  custom: Options;
}

export function HistogramPanel(props: VizProps): ReactNode {
  const theme = useTheme2();
  const { options } = props.panel;
  const { frames } = props;
  const { bucketCount, bucketSize, bucketOffset, combine } = options;
  const made = useMemo(
    (): HistogramFields | null => buildHistogram(frames, { bucketCount, bucketSize, bucketOffset, combine }, theme),
    [frames, bucketCount, bucketSize, bucketOffset, combine, theme],
  );
  const { edges, counts, size } = useMemo(() => {
    const [lower, upper] = [made?.xMin.values ?? [], made?.xMax.values ?? []];
    return withoutGaps(lower, lower.length ? upper[0] - lower[0] : 1, (made?.counts ?? []).map((each: Field<number>) => each.values));
  }, [made]);
  const bars = useMemo((): Bars[] => {
    const sources = frames.flatMap((frame) =>
      frame.fields.filter((field) => field.type === 'number').map((field) => ({ field, frame })),
    );
    return counts.map((each, index) => {
      const { field, frame } = sources[index] ?? sources[0];
      const name = combine ? 'Count' : getFieldDisplayName(field, frame, frames);
      return { name, color: getFieldSeriesColor(field, theme).color, counts: each, custom: (field.config.custom ?? {}) as Options };
    });
  }, [counts, frames, combine, theme]);
  const format = useMemo(() => {
    const unit = getValueFormat(props.panel.fieldConfig.defaults?.unit ?? 'short');
    return (value: number): string => formattedValueToString(unit(value, props.panel.fieldConfig.defaults?.decimals));
  }, [props.panel]);
  const config = useMemo(() => plotOf(edges, size, bars, format, theme), [edges, size, bars, format, theme]);
  const data = useMemo((): uPlot.AlignedData => [edges, ...bars.map((bar) => [...bar.counts, null])], [edges, bars]);
  const items = bars.map((bar) => ({ label: bar.name, color: bar.color, yAxis: 1 }));
  return (
    <VizLayout width={props.width} height={props.height} legend={legendOf(items, options.legend)}>
      {(width: number, height: number) => (
        <UPlotChart config={config} data={data} width={width} height={height}>
          <PlotTip config={config} read={(plot) => read(plot, edges, bars, format)} />
        </UPlotChart>
      )}
    </VizLayout>
  );
}

function plotOf(
  edges: number[],
  size: number,
  bars: Bars[],
  format: (value: number) => string,
  theme: ReturnType<typeof useTheme2>,
): UPlotConfigBuilder {
  const config = new UPlotConfigBuilder();
  leaveRoom(config);
  config.addScale({
    scaleKey: 'x',
    isTime: false,
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    range: () => [edges[0] ?? 0, edges[edges.length - 1] ?? 1],
  });
  config.addScale({
    scaleKey: 'y',
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Up,
    min: 0,
    distribution: ScaleDistribution.Linear,
  });
  config.addAxis({
    scaleKey: 'x',
    isTime: false,
    placement: AxisPlacement.Bottom,
    theme,
    formatValue: (value: number) => format(value),
    grid: { show: false },
    incrs: [1, 2, 4, 5, 10, 20, 50].map((times) => times * size),
  });
  config.addAxis({ scaleKey: 'y', placement: AxisPlacement.Left, theme, formatValue: String, incrs: WHOLE });
  for (const bar of bars) {
    config.addSeries({
      scaleKey: 'y',
      theme,
      lineColor: bar.color,
      lineWidth: bar.custom.lineWidth ?? 1,
      fillColor: colorManipulator.alpha(bar.color, (bar.custom.fillOpacity ?? 80) / 100),
      drawStyle: GraphDrawStyle.Bars,
      showPoints: VisibilityMode.Never,
      pathBuilder: uPlot.paths.bars?.({ align: 1, size: [1, Infinity] }),
    });
  }
  return config;
}

function read(plot: uPlot, edges: number[], bars: Bars[], format: (value: number) => string): Tip | null {
  const at = plot.posToVal(plot.cursor.left ?? 0, 'x');
  const index = edges.findIndex((edge, position) => edge <= at && at < (edges[position + 1] ?? -Infinity));
  if (index < 0) {
    return null;
  }
  return {
    title: `${format(edges[index])} to ${format(edges[index + 1])}`,
    lines: bars.map((bar) => ({ color: bar.color, label: bar.name, value: String(bar.counts[index] ?? 0) })),
  };
}
