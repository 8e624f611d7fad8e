/** Pieces of rings. */
import { expect, it } from 'vitest';
import { arc, middle } from './arc';

it('begins at the top and turns clockwise', () => {
  const [x, y] = middle(10, 10, 5, 0, 180);
  expect([Math.round(x), Math.round(y)]).toEqual([15, 10]);
});

it('takes the long way round beyond half a circle', () => {
  expect(arc(0, 0, 1, 2, 0, 270)).toContain('A2 2 0 1 1');
  expect(arc(0, 0, 1, 2, 0, 90)).toContain('A2 2 0 0 1');
});

it('is a slice where there is no hole', () => {
  expect(arc(0, 0, 0, 2, 0, 90).match(/A/g)).toHaveLength(1);
  expect(arc(0, 0, 1, 2, 0, 90).match(/A/g)).toHaveLength(2);
});
