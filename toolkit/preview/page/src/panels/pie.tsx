/** A pie or a ring; @grafana/ui exports none. */
import { type DisplayValue, type FieldDisplay, formattedValueToString } from '@grafana/data';
import { useTheme2, VizLayout, type VizLegendItem } from '@grafana/ui';
import { type ReactNode, useState } from 'react';
import { arc, middle } from '../arc';
import type { Options } from '../payload';
import { legendOf, type VizProps } from '../plot';
import { TipBox } from '../tooltip';
import { useValues } from './single_values';

const SORTS: Record<string, number> = { asc: 1, desc: -1, none: 0 };
const DONUT = 0.6;
const LEAST_ANGLE = 14; // a label does not fit into a thinner slice

export const percent = (value: number, total: number): string =>
  `${total ? ((100 * value) / total).toFixed(0) : '0'}%`;

export function PiePanel(props: VizProps): ReactNode {
  const options = props.panel.options;
  const order = SORTS[(options.sort as string | undefined) ?? 'desc'] ?? 0;
  const values = useValues(props)
    .filter((value) => value.display.numeric > 0 && !(value.field.custom as Options | undefined)?.hideFrom?.viz)
    .sort((a, b) => order * (a.display.numeric - b.display.numeric));
  const total = values.reduce((sum, value) => sum + value.display.numeric, 0);
  const items = values.map((value) => legendItem(value, total, (options.legend?.values ?? []) as string[]));
  const legend = legendOf(items, options.legend);
  return (
    <VizLayout width={props.width} height={props.height} legend={legend}>
      {(width: number, height: number) => (
        <Slices values={values} total={total} width={width} height={height} options={options} />
      )}
    </VizLayout>
  );
}

function legendItem(value: FieldDisplay, total: number, columns: string[]): VizLegendItem {
  const getDisplayValues = (): DisplayValue[] => [
    ...(columns.includes('value') ? [{ ...value.display, title: 'Value' }] : []),
    ...(columns.includes('percent')
      ? [{ numeric: value.display.numeric / total, text: percent(value.display.numeric, total), title: 'Percent' }]
      : []),
  ];
  return { label: value.display.title ?? '', color: value.display.color, yAxis: 1, getDisplayValues };
}

interface SlicesProps {
  values: FieldDisplay[];
  total: number;
  width: number;
  height: number;
  options: Options;
}

function Slices({ values, total, width, height, options }: SlicesProps): ReactNode {
  const theme = useTheme2();
  const [over, setOver] = useState<{ index: number; x: number; y: number } | null>(null);
  const radius = Math.max(10, Math.min(width, height) / 2 - 6);
  const inner = options.pieType === 'donut' ? radius * DONUT : 0;
  const [x, y] = [width / 2, height / 2];
  const labels = (options.displayLabels ?? []) as string[];
  let from = 0;
  const pointed = over && values[over.index];
  return (
    <>
      <svg width={width} height={height} style={{ display: 'block' }}>
        {values.map((value, index) => {
          const to = from + (360 * value.display.numeric) / total;
          const [labelX, labelY] = middle(x, y, inner ? (radius + inner) / 2 : radius * 0.65, from, to);
          const path = arc(x, y, inner, radius, from, to);
          const fits = to - from > LEAST_ANGLE;
          from = to;
          return (
            <g
              key={index}
              onMouseMove={(event) => setOver({ index, x: event.clientX, y: event.clientY })}
              onMouseLeave={() => setOver(null)}
            >
              <path d={path} fill={value.display.color} stroke={theme.colors.background.primary} strokeWidth={values.length > 1 ? 1 : 0} />
              {fits && labels.length > 0 && (
                <text
                  x={labelX}
                  y={labelY}
                  textAnchor="middle"
                  dominantBaseline="middle"
                  fontSize={12}
                  fontWeight={500}
                  fill={theme.colors.getContrastText(value.display.color ?? '#000')}
                >
                  {[
                    labels.includes('name') && value.display.title,
                    labels.includes('value') && formattedValueToString(value.display),
                    labels.includes('percent') && percent(value.display.numeric, total),
                  ]
                    .filter(Boolean)
                    .join(' ')}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <TipBox
        tip={
          pointed && {
            ...over,
            title: pointed.display.title ?? '',
            lines: [
              {
                color: pointed.display.color,
                label: percent(pointed.display.numeric, total),
                value: formattedValueToString(pointed.display),
              },
            ],
          }
        }
      />
    </>
  );
}
