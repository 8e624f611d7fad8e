/**
 * What Grafana draws of a state timeline that merges values and is coloured by thresholds: the
 * ranges between the thresholds, in place of the values and of their mappings.
 */
import { type DisplayValue, type Field, formattedValueToString, getValueFormat, type GrafanaTheme2 } from '@grafana/data';
import type { Track } from './value_spans';

export interface Range {
  label: string;
  color: string;
  from: number;
}

type Configured = Pick<Field, 'config'>;

export const isJudged = ({ config }: Configured): boolean =>
  config.color?.mode === 'thresholds' && Boolean(config.thresholds?.steps.length);

export function ranges({ config }: Configured, theme: GrafanaTheme2): Range[] {
  const steps = config.thresholds?.steps ?? [];
  const format = getValueFormat(config.thresholds?.mode === 'percentage' ? 'percent' : (config.unit ?? ''));
  const words = (value: number): string => formattedValueToString(format(value, config.decimals));
  return steps.map((step, index) => {
    const from = index ? step.value : -Infinity;
    const isBelow = index === 0 && steps.length > 1;
    const label = isBelow ? `< ${words(steps[1].value)}` : `${words(from)}+`;
    return { label, color: theme.visualization.getColorByName(step.color), from };
  });
}

/** The track with the number of its range in place of each value. */
export function inRanges(track: Track, theme: GrafanaTheme2): Track {
  const found = ranges(track.value, theme);
  const range = (value: number | null): number | null =>
    value === null || Number.isNaN(value) ? null : found.filter((each) => value >= each.from).length - 1;
  const display = (index: unknown): DisplayValue => {
    const { label, color } = found[index as number];
    return { numeric: index as number, text: label, color };
  };
  return { ...track, value: { ...track.value, values: track.value.values.map(range), display } };
}
