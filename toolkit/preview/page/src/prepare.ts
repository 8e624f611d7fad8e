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
import { toFrames } from './frames';
import type { PanelModel } from './payload';
import { registryFor } from './registry';

/** Fills `${__field.labels.x}`, `${__field.name}` and `${__series.name}`; all else is done already. */
export const fillField: InterpolateFunction = (text, variables) => {
  const context = variables?.__dataContext?.value as { field?: Field; frame?: DataFrame } | undefined;
  return text.replace(/\$\{__(?:field\.labels\.(\w+)|(field|series)\.name)\}/g, (all, label?: string, what?: string) => {
    if (label) {
      return context?.field?.labels?.[label] ?? all;
    }
    return (what === 'field' ? context?.field?.name : context?.frame?.name) ?? all;
  });
};

const BY_SERIES = new Set(['timeseries', 'piechart', 'histogram']);
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
  const mode = BY_SERIES.has(panel.type) ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds;
  return { defaults: { color: { mode }, thresholds: DEFAULT_THRESHOLDS, ...defaults }, overrides };
}

export async function prepare(
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
    fieldConfigRegistry: registryFor(panel),
    replaceVariables: fillField,
    theme,
    timeZone,
  });
  cacheFieldDisplayNames(prepared); // without it a table heads its columns with the raw names
  return prepared;
}
