/** The transformations that the collector lets pass are those that the library has. */
import { expect, it } from 'vitest';
import supported from '../../supported.json';
import { TRANSFORMERS } from './registry';

it('knows every transformation that is let pass, and no other', () => {
  expect(TRANSFORMERS.map((each) => each.id).sort()).toEqual(supported.transformations);
});
