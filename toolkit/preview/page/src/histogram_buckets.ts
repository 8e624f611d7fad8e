/** A histogram's buckets without gaps: @grafana/data makes only those that something fell into. */

export interface Buckets {
  /** The lower bound of each bucket, and the upper one of the last. */
  edges: number[];
  /** By series, how often each bucket occurs; null where nothing fell into it, which draws no bar. */
  counts: Array<Array<number | null>>;
  size: number;
}

const MOST = 10_000; // a bucket of a pixel each, several times over

export function withoutGaps(lower: number[], size: number, counts: number[][]): Buckets {
  const first = lower[0] ?? 0;
  const places = lower.map((bound) => Math.round((bound - first) / size));
  const length = (places[places.length - 1] ?? -1) + 1;
  if (!(size > 0) || length > MOST) {
    return { edges: [...lower, ...lower.slice(-1).map((bound) => bound + size)], counts, size };
  }
  const filled = counts.map((each) => {
    const row = new Array<number | null>(length).fill(null);
    places.forEach((place, index) => (row[place] = each[index]));
    return row;
  });
  return { edges: Array.from({ length: length + 1 }, (_none, place) => first + place * size), counts: filled, size };
}
