/** Panels of single values: stat, gauge, bar gauge, pie. */
import {
  type FieldDisplay,
  formattedValueToString,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  type DisplayValueAlignmentFactors,
  VizOrientation,
} from '@grafana/data';
import { BarGauge, BigValue, useTheme2, VizRepeater } from '@grafana/ui';
import { type ReactNode, useMemo } from 'react';
import type { Options } from '../payload';
import type { VizProps } from '../plot';
import { fillField } from '../prepare_frames';
import { Hover, type Tip } from '../tooltip';
import { Gauge } from './gauge';

export function useValues(props: VizProps, sparkline = false, percentChange = false): FieldDisplay[] {
  const theme = useTheme2();
  return useMemo(
    () =>
      getFieldDisplayValues({
        data: props.frames,
        fieldConfig: props.panel.fieldConfig,
        reduceOptions: { calcs: ['lastNotNull'], ...props.panel.options.reduceOptions },
        replaceVariables: fillField,
        theme,
        sparkline,
        percentChange,
        timeZone: props.timeZone,
      }),
    [props.frames, props.panel, theme, sparkline, percentChange, props.timeZone],
  );
}

const orientation = (options: Options): VizOrientation =>
  !options.orientation || options.orientation === 'auto' ? VizOrientation.Auto : options.orientation;

export const tipOf = ({ display }: FieldDisplay): Tip => ({
  title: '',
  lines: [{ color: display.color, label: display.title ?? '', value: formattedValueToString(display) }],
});

export function StatPanel(props: VizProps): ReactNode {
  const theme = useTheme2();
  const options = props.panel.options;
  const values = useValues(props, options.graphMode !== 'none', options.showPercentChange === true);
  // A name that was given, or a panel without a title, shows beside the value.
  const isNamed = Boolean(props.panel.fieldConfig.defaults?.displayName) || !props.panel.title;
  const textMode = (options.textMode ?? 'auto') === 'auto' && isNamed ? 'value_and_name' : options.textMode;
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      width={props.width}
      height={props.height}
      source={values}
      itemSpacing={3}
      autoGrid
      renderCounter={0}
      orientation={orientation(options)}
      renderValue={({ value, count, width, height, alignmentFactors }) => (
        <Hover tip={tipOf(value)}>
          <BigValue
            theme={theme}
            value={value.display}
            count={count}
            // Its line spans the time shown, not the samples that there are.
            sparkline={value.sparkline && { ...value.sparkline, timeRange: props.timeRange }}
            colorMode={options.colorMode ?? 'value'}
            graphMode={options.graphMode ?? 'area'}
            justifyMode={options.justifyMode ?? 'auto'}
            textMode={textMode ?? 'auto'}
            disableWideLayout={options.wideLayout === false}
            percentChangeColorMode={options.percentChangeColorMode}
            alignmentFactors={alignmentFactors}
            text={options.text}
            width={width}
            height={height}
          />
        </Hover>
      )}
    />
  );
}

export function GaugePanel(props: VizProps): ReactNode {
  const options = props.panel.options;
  const values = useValues(props);
  const letters = Math.max(...values.map((value) => formattedValueToString(value.display).length));
  return (
    <VizRepeater
      getValues={() => values}
      width={props.width}
      height={props.height}
      source={values}
      itemSpacing={8}
      autoGrid
      renderCounter={0}
      orientation={orientation(options)}
      renderValue={({ value, count, width, height }) => (
        <Hover tip={tipOf(value)}>
          <Gauge value={value} width={width} height={height} options={options} isNamed={count > 1} letters={letters} />
        </Hover>
      )}
    />
  );
}

export function BarGaugePanel(props: VizProps): ReactNode {
  const theme = useTheme2();
  const options = props.panel.options;
  const values = useValues(props);
  const isLcd = options.displayMode === 'lcd';
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      width={props.width}
      height={props.height}
      source={values}
      itemSpacing={10}
      renderCounter={0}
      orientation={orientation(options)}
      minVizHeight={options.minVizHeight}
      minVizWidth={options.minVizWidth}
      maxVizHeight={options.maxVizHeight}
      renderValue={({ value, width, height, orientation: direction, alignmentFactors }) => (
        <Hover tip={tipOf(value)}>
          <BarGauge
            theme={theme}
            value={value.display}
            display={value.view?.getFieldDisplayProcessor(value.colIndex ?? 0) ?? undefined}
            field={value.field}
            width={width}
            height={height}
            orientation={direction}
            displayMode={options.displayMode}
            text={options.text}
            // Wider spacing leaves LCD cells no width at all.
            itemSpacing={isLcd ? 2 : 10}
            lcdCellWidth={12}
            showUnfilled={options.showUnfilled}
            valueDisplayMode={options.valueMode}
            namePlacement={options.namePlacement}
            alignmentFactors={alignmentFactors}
          />
        </Hover>
      )}
    />
  );
}
