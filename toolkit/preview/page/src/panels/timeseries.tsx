/** Lines, bars and points over time, by Grafana's own component. */
import {
  applyNullInsertThreshold,
  type DataFrame,
  type Field,
  FieldType,
  formattedValueToString,
  getFieldDisplayName,
} from '@grafana/data';
import {
  PanelContextProvider,
  SeriesVisibilityChangeMode,
  TimeSeries,
  type UPlotConfigBuilder,
  usePanelContext,
} from '@grafana/ui';
import { type ReactNode, useMemo, useState } from 'react';
import type uPlot from 'uplot';
import { Annotations } from '../annotations';
import type { Options } from '../payload';
import { moment, type VizProps } from '../plot';
import { PlotTip, type Tip } from '../tooltip';

/**
 * Frames whose gaps are gaps: what is no finite number is null, and so is what was not sampled.
 * Grafana's component marks missing samples in the first frame only, so each is done here.
 */
function withGaps(props: VizProps): DataFrame[] {
  return props.frames.map((frame) =>
    applyNullInsertThreshold({
      frame: { ...frame, fields: frame.fields.map(finite) },
      refFieldName: frame.fields.find((field) => field.type === FieldType.time)?.name,
      refFieldPseudoMin: props.timeRange.from.valueOf(),
      refFieldPseudoMax: props.timeRange.to.valueOf(),
    }),
  );
}

function finite(field: Field): Field {
  return field.type === FieldType.number
    ? { ...field, values: field.values.map((value: number | null) => (Number.isFinite(value) ? value : null)) }
    : field;
}

function without(frames: DataFrame[], hidden: ReadonlySet<string>): DataFrame[] {
  return frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      if (!hidden.has(getFieldDisplayName(field, frame, frames))) {
        return field;
      }
      const custom = { ...(field.config.custom as Options), hideFrom: { viz: true, tooltip: true, legend: false } };
      return { ...field, config: { ...field.config, custom } };
    }),
  }));
}

export function TimeSeriesPanel(props: VizProps): ReactNode {
  const options = props.panel.options;
  const outer = usePanelContext();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const all = useMemo(() => withGaps(props), [props.frames, props.timeRange]);
  const frames = useMemo(() => (hidden.size ? without(all, hidden) : all), [all, hidden]);
  const context = useMemo(
    () => ({
      ...outer,
      onToggleSeriesVisibility: (label: string | string[] | null, mode: SeriesVisibilityChangeMode) => {
        const names = all.flatMap((frame) =>
          frame.fields
            .filter((field) => field.type !== FieldType.time)
            .map((field) => getFieldDisplayName(field, frame, all)),
        );
        setHidden((before) => toggled(before, names, label, mode));
      },
    }),
    [outer, all],
  );
  const legend = { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [], ...options.legend };
  return (
    <PanelContextProvider value={context}>
      <TimeSeries
        frames={frames}
        width={props.width}
        height={props.height}
        timeRange={props.timeRange}
        timeZone={props.timeZone}
        legend={legend}
        options={options}
      >
        {(config: UPlotConfigBuilder, aligned: DataFrame) => (
          <>
            <Annotations config={config} annotations={props.annotations} timeZone={props.timeZone} />
            {options.tooltip?.mode !== 'none' && (
              <PlotTip config={config} read={(plot) => read(plot, aligned, frames, options.tooltip ?? {}, props.timeZone)} />
            )}
          </>
        )}
      </TimeSeries>
    </PanelContextProvider>
  );
}

/** A click shows one alone, and all again; with Ctrl it hides or shows that one. */
export function toggled(
  hidden: ReadonlySet<string>,
  names: string[],
  label: string | string[] | null,
  mode: SeriesVisibilityChangeMode,
): ReadonlySet<string> {
  const chosen = new Set(Array.isArray(label) ? label : label === null ? [] : [label]);
  const next = new Set(hidden);
  if (mode === SeriesVisibilityChangeMode.AppendToSelection) {
    chosen.forEach((name) => (hidden.has(name) ? next.delete(name) : next.add(name)));
    return next;
  }
  const others = names.filter((name) => !chosen.has(name));
  const isAlone = others.length === hidden.size && others.every((name) => hidden.has(name));
  return new Set(isAlone ? [] : others);
}

function read(plot: uPlot, aligned: DataFrame, frames: DataFrame[], options: Options, timeZone: string): Tip | null {
  const index = plot.cursor.idx;
  const time = index === null || index === undefined ? undefined : (plot.data[0][index] as number);
  if (time === undefined) {
    return null;
  }
  const found = aligned.fields.slice(1).flatMap((field, position) => {
    const at = plot.cursor.idxs?.[position + 1] ?? index;
    const value = at === null || at === undefined ? null : (field.values[at] as number | null | undefined);
    const custom = field.config.custom as Options | undefined;
    if (value === null || value === undefined || custom?.hideFrom?.tooltip || (options.hideZeros && value === 0)) {
      return [];
    }
    return [{ at: at as number, value, line: lineOf(field, aligned, frames, value), distance: distance(plot, position + 1, value) }];
  });
  const nearest = Math.min(...found.map((each) => each.distance));
  found.forEach((each) => (each.line.strong = each.distance === nearest));
  const shown = options.mode === 'multi' ? found : found.filter((each) => each.line.strong).slice(0, 1);
  if (options.sort === 'asc' || options.sort === 'desc') {
    shown.sort((a, b) => (options.sort === 'asc' ? a.value - b.value : b.value - a.value));
  }
  // Over a gap the cursor points at samples beside it: the time is theirs, not the pointer's.
  const sampled = found.find((each) => each.line.strong);
  const shownTime = sampled ? (plot.data[0][sampled.at] as number) : time;
  return { title: moment(shownTime, timeZone), lines: shown.map((each) => each.line) };
}

function lineOf(field: Field, aligned: DataFrame, frames: DataFrame[], value: number): Tip['lines'][number] {
  const origin = field.state?.origin;
  const source = origin ? frames[origin.frameIndex]?.fields[origin.fieldIndex] : undefined;
  const shown = (source?.display ?? field.display)?.(value);
  return {
    color: shown?.color,
    label: field.state?.displayName ?? getFieldDisplayName(field, aligned),
    value: shown ? formattedValueToString(shown) : String(value),
  };
}

/** Pixels between the cursor and the series, as it is drawn: stacked values are sums. */
function distance(plot: uPlot, index: number, value: number): number {
  const drawn = plot.data[index]?.[plot.cursor.idx ?? 0] ?? value;
  const scale = plot.series[index]?.scale ?? 'y';
  return Math.abs(plot.valToPos(drawn as number, scale) - (plot.cursor.top ?? 0));
}
