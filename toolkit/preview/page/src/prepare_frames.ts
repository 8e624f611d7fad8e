/** A panel's answers → frames with transformations, units, thresholds and overrides applied. */
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  type DataFrame,
  type Field,
  FieldColorModeId,
  type FieldConfigSource,
  type GrafanaTheme2,
  type InterpolateFunction,
  type ThresholdsConfig,
  ThresholdsMode,
  toDataFrame,
  transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';
import { toFrames } from './prometheus_frames';
import type { Options, PanelModel } from './payload';
import { registryFor } from './grafana_registry';

const MACRO = /\$\{__(?:(field|series)\.)?(labels|name|displayName)(?:\.(\w+)|\["([^"]+)"\])?\}/g;

/** Fills the macros of fields and series, such as `${__field.labels.x}`; all else is done already. */
export const fillField: InterpolateFunction = (text, variables) => {
  const context = variables?.__dataContext?.value as { field?: Field; frame?: DataFrame } | undefined;
  const { field, frame } = context ?? {};
  return text.replace(MACRO, (all, what?: string, part?: string, dotted?: string, quoted?: string) => {
    if (part === 'labels' && what === 'field') {
      const label = dotted ?? quoted;
      const listed = Object.entries(field?.labels ?? {}).map(([key, value]) => `${key}="${value}"`);
      return label ? (field?.labels?.[label] ?? '') : field?.labels ? listed.join(', ') : all;
    }
    if (part === 'displayName' && field) {
      return field.state?.displayName ?? field.config.displayNameFromDS ?? field.name;
    }
    return (what === 'series' ? frame?.name : field?.name) ?? all;
  });
};

const COLOUR_MODES: Record<string, FieldColorModeId> = {
  histogram: FieldColorModeId.PaletteClassic,
  piechart: FieldColorModeId.PaletteClassic,
  'state-timeline': FieldColorModeId.ContinuousGrYlRd,
  timeseries: FieldColorModeId.PaletteClassic,
};
/** What a panel's plugin takes where the configuration says nothing, and the component would not. */
const DEFAULT_STYLES: Record<string, Options> = {
  timeseries: { drawStyle: 'line', lineWidth: 1, fillOpacity: 0, pointSize: 5, showPoints: 'auto', spanNulls: false },
  'status-history': { lineWidth: 1 },
};
const DEFAULT_THRESHOLDS: ThresholdsConfig = {
  mode: ThresholdsMode.Absolute,
  steps: [
    { value: -Infinity, color: 'green' },
    { value: 80, color: 'red' },
  ],
};

/** What Grafana's panels add to a configuration that says nothing: colours, and when to change them. */
export function withDefaults(panel: PanelModel): FieldConfigSource {
  const { defaults, overrides } = panel.fieldConfig;
  const mode = COLOUR_MODES[panel.type] ?? FieldColorModeId.Thresholds;
  const custom = { ...DEFAULT_STYLES[panel.type], ...(defaults.custom as Options | undefined) };
  return { defaults: { color: { mode }, thresholds: DEFAULT_THRESHOLDS, ...defaults, custom }, overrides };
}

async function prepare(
  panel: PanelModel,
  theme: GrafanaTheme2,
  timeZone: string,
): Promise<DataFrame[]> {
  let frames = toFrames(panel.answers).map((frame) => toDataFrame(frame));
  const wanted = panel.transformations.filter((each) => !each.disabled);
  if (wanted.length) {
    frames = await firstValueFrom(transformDataFrame(wanted, frames, { interpolate: (text) => text }));
  }
  const prepared = applyFieldOverrides({
    data: frames,
    fieldConfig: withDefaults(panel),
    fieldConfigRegistry: registryFor(panel, Object.keys(DEFAULT_STYLES[panel.type] ?? {})),
    replaceVariables: fillField,
    theme,
    timeZone,
  });
  cacheFieldDisplayNames(prepared); // without it a table heads its columns with the raw names
  return prepared;
}

/** A panel's frames, and what went wrong with them; empty where nothing did. */
export interface PreparedPanel {
  frames: DataFrame[];
  problem: string;
}

/**
 * The panel's frames. Where a transformation fails, Grafana shows the answers as they came, and says
 * so at the panel; a field configuration that cannot be read costs that panel its picture, and no other.
 */
export async function prepared(panel: PanelModel, theme: GrafanaTheme2, timeZone: string): Promise<PreparedPanel> {
  if (panel.cannot) {
    return { frames: [], problem: '' };
  }
  try {
    return { frames: await prepare(panel, theme, timeZone), problem: '' };
  } catch (error) {
    try {
      const frames = await prepare({ ...panel, transformations: [] }, theme, timeZone);
      return { frames, problem: `Error transforming data: ${wordsOf(error)}` };
    } catch (deeper) {
      return { frames: [], problem: `Its field configuration cannot be read: ${wordsOf(deeper)}` };
    }
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
