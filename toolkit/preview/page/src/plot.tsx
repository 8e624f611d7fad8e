/** What the plots that are drawn here share: the axis of time, legends, and where a field is. */
import {
  type DataFrame,
  dateTimeFormat,
  FieldType,
  getFieldDisplayName,
  type GrafanaTheme2,
  type TimeRange,
} from '@grafana/data';
import {
  AxisPlacement,
  type LegendDisplayMode,
  type LegendPlacement,
  ScaleDirection,
  ScaleOrientation,
} from '@grafana/schema';
import { type UPlotConfigBuilder, VizLayout, VizLegend, type VizLegendItem } from '@grafana/ui';
import type { ReactElement } from 'react';
import type uPlot from 'uplot';
import type { Annotation, Options, PanelModel } from './payload';
import type { Track } from './value_spans';

export interface VizProps {
  panel: PanelModel;
  frames: DataFrame[];
  width: number;
  height: number;
  timeRange: TimeRange;
  timeZone: string;
  annotations: Annotation[];
}

export function tracks(frames: DataFrame[]): Track[] {
  return frames.flatMap((frame) => {
    const time = frame.fields.find((field) => field.type === FieldType.time);
    return time
      ? frame.fields
          .filter((field) => field !== time && !(field.config.custom as Options | undefined)?.hideFrom?.viz)
          .map((value) => ({ time, value, name: getFieldDisplayName(value, frame, frames) }))
      : [];
  });
}

export function timeAxis(
  config: UPlotConfigBuilder,
  theme: GrafanaTheme2,
  range: TimeRange,
  timeZone: string,
): void {
  leaveRoom(config);
  config.addScale({
    scaleKey: 'x',
    isTime: true,
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    range: () => [range.from.valueOf(), range.to.valueOf()],
  });
  config.addAxis({
    scaleKey: 'x',
    isTime: true,
    placement: AxisPlacement.Bottom,
    timeZone,
    theme,
    grid: { show: true },
  });
}

const EDGE = 8;
const HALF_A_LABEL = 18;

/** Leaves room for the last label of the axis of time, of which Grafana's plots cut the end. */
export function leaveRoom(config: UPlotConfigBuilder): void {
  const pad = (_plot: uPlot, side: number, hasAxis: [boolean, boolean, boolean, boolean]): number => {
    const [, right, bottom] = hasAxis;
    if (side === 1) {
      return right ? 0 : bottom ? HALF_A_LABEL : EDGE;
    }
    return hasAxis[side] ? 0 : EDGE;
  };
  config.setPadding([pad, pad, pad, pad]);
}

/** A series that draws nothing: hooks draw what stands on its scale. */
export function silentSeries(config: UPlotConfigBuilder, theme: GrafanaTheme2): void {
  config.addSeries({ scaleKey: 'y', theme, pathBuilder: () => null, pointsBuilder: () => false, pxAlign: false });
}

export const moment = (milliseconds: number, timeZone: string): string =>
  dateTimeFormat(milliseconds, { timeZone, format: 'YYYY-MM-DD HH:mm:ss' });

/** Draws inside the plot's own area and nowhere else. */
export function clipped(plot: uPlot, draw: (context: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

export function legendOf(
  items: VizLegendItem[],
  options: Options | undefined,
): ReactElement<{ placement: LegendPlacement; children: ReactElement }> | null {
  if (options?.showLegend === false || !items.length) {
    return null;
  }
  const placement: LegendPlacement = options?.placement ?? 'bottom';
  return (
    <VizLayout.Legend placement={placement}>
      <VizLegend
        items={items}
        placement={placement}
        displayMode={(options?.displayMode ?? 'list') as LegendDisplayMode}
        readonly
      />
    </VizLayout.Legend>
  );
}
