/** How long states hold, and where a state timeline has gaps. */
import { FieldType } from '@grafana/data';
import { expect, it } from 'vitest';
import { reachOf, spans, type Track } from './value_spans';

const STEP = 15_000;

/** A track with the values 1, 1, 2, and a gap of four steps before the last. */
const track = (custom: Record<string, unknown> = {}): Track =>
  ({
    time: { name: 'Time', type: FieldType.time, config: { interval: STEP }, values: [0, STEP, 5 * STEP] },
    value: { name: 'v', type: FieldType.number, config: { custom }, values: [1, 1, 2] },
    name: 'v',
  }) as unknown as Track;

const drawn = (custom: Record<string, unknown>): number[][] =>
  spans(track(custom), 6 * STEP, true, reachOf(track(custom))).map(({ from, to }) => [from / STEP, to / STEP]);

it('leaves a gap where nothing was sampled', () => {
  expect(drawn({})).toEqual([[0, 2], [5, 6]]);
  expect(drawn({ spanNulls: false, insertNulls: false })).toEqual([[0, 2], [5, 6]]);
});

it('connects what a gap parts, always or up to a limit', () => {
  expect(drawn({ spanNulls: true })).toEqual([[0, 5], [5, 6]]);
  expect(drawn({ spanNulls: 4 * STEP })).toEqual([[0, 5], [5, 6]]);
  expect(drawn({ spanNulls: 3 * STEP })).toEqual([[0, 2], [5, 6]]);
});

it('disconnects only what is further apart than its limit', () => {
  expect(drawn({ insertNulls: 4 * STEP })).toEqual([[0, 5], [5, 6]]);
  expect(drawn({ insertNulls: 3 * STEP })).toEqual([[0, 2], [5, 6]]);
});
