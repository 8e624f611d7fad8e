/** A series over time as its values hold: the spans of each, and the gaps between them. */
import type { Field } from '@grafana/data';
import type { Options } from './payload';

/** One value field with its times and its name. */
export interface Track {
  time: Field<number>;
  value: Field<number | null>;
  name: string;
}

/** Milliseconds between two points of a track. */
export const stepOf = (track: Track): number => track.time.config.interval ?? 15_000;

/** The values that `value` held and how long: [from, to), merged where nothing changed. */
export interface Span {
  from: number;
  to: number;
  value: number;
}

/**
 * The spans of a track until `end`. Points further apart than `reach` have a gap between them;
 * those that are nearer connect, so that a value holds until the next.
 */
export function spans(track: Track, end: number, merge: boolean, reach = 1.5 * stepOf(track)): Span[] {
  const step = stepOf(track);
  const found: Span[] = [];
  let before = -Infinity;
  track.time.values.forEach((time, index) => {
    const value = track.value.values[index];
    if (value === null || value === undefined || Number.isNaN(value)) {
      return;
    }
    const last = found[found.length - 1];
    const next = Math.min(time + step, Math.max(end, time));
    const adjoins = last !== undefined && time - before <= reach;
    before = time;
    if (adjoins && merge && last.value === value) {
      last.to = next;
      return;
    }
    if (adjoins) {
      last.to = time;
    }
    found.push({ from: time, to: next, value });
  });
  return found;
}

/** How far apart points of a state timeline may be and still connect, in milliseconds. */
export function reachOf(track: Track): number {
  const { spanNulls, insertNulls } = (track.value.config.custom ?? {}) as Options;
  const said = [spanNulls, insertNulls].filter((each): each is number => typeof each === 'number');
  return spanNulls === true ? Infinity : Math.max(1.5 * stepOf(track), ...said);
}
