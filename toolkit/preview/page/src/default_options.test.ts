import { expect, it } from 'vitest';
import { completed, DEFAULT_OPTIONS } from './default_options';
import type { Options, PanelModel } from './payload';

// The package has no types of these files, and names none of them for import.
const PUBLISHED = '../node_modules/@grafana/schema/dist/esm/raw/composable';

const panel = (type: string, options: Options): PanelModel => ({ type, options }) as PanelModel;

it.each(Object.entries(DEFAULT_OPTIONS))('%s has the defaults that Grafana publishes', async (type, options) => {
  const path = `${PUBLISHED}/${type.replace('-', '')}/panelcfg/x/types.gen.mjs`;
  const { defaultOptions } = (await import(/* @vite-ignore */ path)) as { defaultOptions: Options };
  expect(defaultOptions).toMatchObject(options);
});

it('leaves alone what is given, and completes an option of parts', () => {
  expect(completed(panel('heatmap', { cellGap: 0, filterValues: { ge: 9 } })).options).toEqual({
    cellGap: 0,
    filterValues: { le: 1e-9, ge: 9 },
  });
  expect(completed(panel('stat', { x: 1 })).options).toEqual({ x: 1 });
  expect(completed(panel('state-timeline', {})).options.alignValue).toBe('left');
});
