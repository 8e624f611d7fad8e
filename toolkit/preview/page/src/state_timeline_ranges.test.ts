/** Ranges between thresholds, as a state timeline shows them. */
import { createTheme, type Field, FieldType } from '@grafana/data';
import { expect, it } from 'vitest';
import { inRanges, isJudged, ranges } from './state_timeline_ranges';

const theme = createTheme();
const field = (steps: Array<[number, string]>, mode = 'thresholds'): Field<number | null> =>
  ({
    name: 'v',
    type: FieldType.number,
    values: [0, 79, 80, null, 120],
    config: { color: { mode }, thresholds: { mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) } },
  }) as unknown as Field<number | null>;

it('names the part under the first threshold and those from each on', () => {
  const found = ranges(field([[-Infinity, 'green'], [80, 'orange'], [100, 'red']]), theme);
  expect(found.map((each) => each.label)).toEqual(['< 80', '80+', '100+']);
});

it('names a base alone as Grafana does, however little that says', () => {
  expect(ranges(field([[-Infinity, 'green']]), theme).map((each) => each.label)).toEqual(['-∞+']);
});

it('puts the number of its range in place of each value', () => {
  const value = field([[-Infinity, 'green'], [80, 'orange'], [100, 'red']]);
  const track = { time: field([]) as Field<number>, value, name: 'v' };
  expect(inRanges(track, theme).value.values).toEqual([0, 0, 1, null, 2]);
});

it('is for fields that are coloured by thresholds, and have some', () => {
  expect(isJudged(field([[-Infinity, 'green']]))).toBe(true);
  expect(isJudged(field([]))).toBe(false);
  expect(isJudged(field([[-Infinity, 'green']], 'fixed'))).toBe(false);
});
