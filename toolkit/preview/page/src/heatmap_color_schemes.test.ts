/** Which colour schemes of a heatmap are turned round on which page. */
import { expect, it } from 'vitest';
import { turned } from './heatmap_color_schemes';

it.each([
  ['Spectral', true, true],
  ['Oranges', true, false],
  ['Turbo', false, true],
])('%s is turned: dark %s, light %s', (scheme, dark, light) => {
  expect(turned(scheme, { isDark: true })).toBe(dark);
  expect(turned(scheme, { isDark: false })).toBe(light);
});
