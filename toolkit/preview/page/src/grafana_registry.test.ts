/** The transformations that the collector lets pass are those that the library has. */
import { expect, it } from 'vitest';
import supported from '../../drawn_panel_types.json';
import { TRANSFORMERS } from './grafana_registry';

it('knows every transformation that is let pass, and no other', () => {
  expect(TRANSFORMERS.map((each) => each.id).sort()).toEqual(supported.transformations);
});
