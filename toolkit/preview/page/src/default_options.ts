/**
 * What a panel's plugin takes for options that its dashboard leaves out, where the picture depends
 * on it. Dashboards that a program wrote leave out most.
 *
 * Source: the `defaultOptions` of Grafana's published schema (@grafana/schema, raw/composable).
 */
import type { Options, PanelModel } from './payload';

export const DEFAULT_OPTIONS: Record<string, Options> = {
  bargauge: {
    displayMode: 'gradient',
    maxVizHeight: 300,
    minVizHeight: 16,
    minVizWidth: 8,
    namePlacement: 'auto',
    showUnfilled: true,
    valueMode: 'color',
  },
  heatmap: { cellGap: 1, filterValues: { le: 1e-9 } },
  'state-timeline': { alignValue: 'left', rowHeight: 0.9 },
  'status-history': { rowHeight: 0.9 },
  text: { content: '# Title\n\nFor markdown syntax help: [commonmark.org/help](https://commonmark.org/help/)' },
};

/** The panel with every option that it leaves out; of an option with parts, those that it leaves out. */
export function completed(panel: PanelModel): PanelModel {
  const options: Options = { ...panel.options };
  for (const [name, value] of Object.entries(DEFAULT_OPTIONS[panel.type] ?? {})) {
    const given: unknown = options[name];
    if (given === undefined || given === null) {
      options[name] = value;
    } else if (typeof value === 'object' && typeof given === 'object') {
      options[name] = { ...value, ...given };
    }
  }
  return { ...panel, options };
}
