/**
 * What Grafana's application registers when it starts: field options and transformers.
 *
 * Without the first, units, overrides and `custom.*` are dropped; without the second, no
 * transformation runs. The processors are those of @grafana/data.
 */
import {
  booleanOverrideProcessor,
  displayNameOverrideProcessor,
  type Field,
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  FieldType,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardTransformers,
  standardTransformersRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  type TransformerRegistryItem,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import type { PanelModel } from './payload';

type Process = FieldConfigPropertyItem['process'];

const STANDARD: Record<string, unknown> = {
  color: identityOverrideProcessor,
  decimals: numberOverrideProcessor,
  description: stringOverrideProcessor,
  displayName: displayNameOverrideProcessor,
  fieldMinMax: booleanOverrideProcessor,
  filterable: booleanOverrideProcessor,
  links: identityOverrideProcessor,
  mappings: valueMappingsOverrideProcessor,
  max: numberOverrideProcessor,
  min: numberOverrideProcessor,
  noValue: stringOverrideProcessor,
  thresholds: thresholdsOverrideProcessor,
  unit: unitOverrideProcessor,
};

function item(path: string, isCustom: boolean, process: unknown): FieldConfigPropertyItem {
  return {
    id: isCustom ? `custom.${path}` : path,
    path,
    name: path,
    isCustom,
    process: process as Process,
    // An axis label meant for values must not show on the axis of time.
    shouldApply: (field: Field) => !isCustom || field.type !== FieldType.time,
    editor: () => null,
    override: () => null,
    // Names may be made of a field's labels.
    settings: { expandTemplateVars: path === 'displayName' || path === 'noValue' },
  };
}

/** The options that the panel's own configuration uses. */
export function registryFor(panel: PanelModel, known: string[] = []): FieldConfigOptionsRegistry {
  const custom = new Set([...known, ...Object.keys(panel.fieldConfig.defaults?.custom ?? {})]);
  for (const override of panel.fieldConfig.overrides ?? []) {
    for (const { id } of override.properties ?? []) {
      if (id.startsWith('custom.')) {
        custom.add(id.slice('custom.'.length));
      }
    }
  }
  return new FieldConfigOptionsRegistry(() => [
    ...Object.entries(STANDARD).map(([id, process]) => item(id, false, process)),
    ...[...custom].map((key) => item(key, true, identityOverrideProcessor)),
  ]);
}

/** The transformations that the library has; two of its entries share an id. */
export const TRANSFORMERS = [
  ...new Map(Object.values(standardTransformers).map((each) => [each.id, each])).values(),
];

export function registerTransformers(): void {
  standardTransformersRegistry.setInit(() =>
    TRANSFORMERS.map(
      (each) =>
        ({
          id: each.id,
          name: each.name,
          transformation: () => Promise.resolve(each),
          editor: () => null,
          description: '',
          imageDark: '',
          imageLight: '',
        }) as unknown as TransformerRegistryItem,
    ),
  );
}
