/** The colour schemes of heatmaps. */
import type { GrafanaTheme2 } from '@grafana/data';

const ALWAYS = new Set(['BrBG', 'PiYG', 'PRGn', 'PuOr', 'RdBu', 'RdGy', 'RdYlBu', 'RdYlGn', 'Spectral', 'Rainbow', 'Sinebow']);
const IN_LIGHT = new Set(['Turbo', 'Cividis', 'Viridis', 'Magma', 'Inferno', 'Plasma', 'Warm', 'Cool', 'Cubehelix']);

/** Whether Grafana turns a scheme round: some always, some on a light page, the others on a dark one. */
export function turned(scheme: string, theme: Pick<GrafanaTheme2, 'isDark'>): boolean {
  return ALWAYS.has(scheme) || theme.isDark !== IN_LIGHT.has(scheme);
}
