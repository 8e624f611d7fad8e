/** Buckets that nothing fell into. */
import { expect, it } from 'vitest';
import { withoutGaps } from './histogram_buckets';

it('fills the gap between two buckets with empty ones', () => {
  const found = withoutGaps([0, 1.5, 2], 0.5, [[7, 1, 2], [0, 3, 0]]);
  expect(found.edges).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
  expect(found.counts).toEqual([[7, null, null, 1, 2], [0, null, null, 3, 0]]);
});

it('leaves nothing as it is, and what would be too many', () => {
  expect(withoutGaps([], 1, [])).toEqual({ edges: [0], counts: [], size: 1 });
  const far = withoutGaps([0, 1e9], 1, [[1, 2]]);
  expect(far).toEqual({ edges: [0, 1e9, 1e9 + 1], counts: [[1, 2]], size: 1 });
});
