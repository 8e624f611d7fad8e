/** A round gauge; @grafana/ui exports none. */
import { type FieldDisplay, formattedValueToString, type GrafanaTheme2, ThresholdsMode } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { arc } from '../arc';
import type { Options } from '../payload';

const START = -120;
const END = 120;
const NAME_HEIGHT = 22;
// How wide a digit is, as a share of the size of the type.
const DIGIT = 0.58;

interface Props {
  value: FieldDisplay;
  width: number;
  height: number;
  options: Options;
  isNamed: boolean;
  /** Letters of the longest value beside it, so that all are written in one size. */
  letters: number;
}

interface Piece {
  from: number;
  to: number;
  color: string;
}

/** The colours along the rim, as angles. */
export function rim({ field }: FieldDisplay, theme: GrafanaTheme2, angle: (value: number) => number): Piece[] {
  const { min = 0, max = 100, thresholds } = field;
  const steps = thresholds?.steps ?? [];
  const span = (max ?? 100) - (min ?? 0);
  const bound = (index: number): number => {
    if (index === 0) {
      return min ?? 0;
    }
    if (index >= steps.length) {
      return max ?? 100;
    }
    const { value } = steps[index];
    return thresholds?.mode === ThresholdsMode.Percentage ? (min ?? 0) + (span * value) / 100 : value;
  };
  return steps
    .map((step, index) => ({
      from: angle(bound(index)),
      to: angle(bound(index + 1)),
      color: theme.visualization.getColorByName(step.color),
    }))
    .filter((piece) => piece.to > piece.from);
}

export function Gauge({ value, width, height, options, isNamed, letters }: Props): ReactNode {
  const theme = useTheme2();
  const min = value.field.min ?? 0;
  const max = value.field.max ?? 100;
  const angle = (at: number): number => {
    const share = max > min ? (at - min) / (max - min) : 0;
    return START + (END - START) * Math.min(1, Math.max(0, share));
  };
  const free = height - (isNamed ? NAME_HEIGHT : 0);
  const radius = Math.max(10, Math.min(width / 2, free / 1.5) - 2);
  const x = width / 2;
  const y = radius + Math.max(0, free - radius * 1.5) / 2 + 1;
  const hasRim = options.showThresholdMarkers !== false;
  const rimWidth = hasRim ? Math.max(2, radius * 0.06) : 0;
  const outer = radius - rimWidth - (hasRim ? radius * 0.03 : 0);
  const inner = outer - radius * 0.24;
  const text = formattedValueToString(value.display);
  const room = inner * 1.75;
  const fit = room / (Math.max(3, letters) * DIGIT);
  const size = options.text?.valueSize ?? Math.min(fit, radius * 0.42);
  const track = theme.isDark ? 'rgba(204,204,220,0.07)' : 'rgba(36,41,46,0.07)';
  return (
    <svg width={width} height={height} style={{ display: 'block', fontFamily: theme.typography.fontFamily }}>
      <path d={arc(x, y, inner, outer, START, END)} fill={track} />
      {Number.isFinite(value.display.numeric) && (
        <path d={arc(x, y, inner, outer, START, angle(value.display.numeric))} fill={value.display.color} />
      )}
      {hasRim &&
        rim(value, theme, angle).map((piece, index) => (
          <path key={index} d={arc(x, y, radius - rimWidth, radius, piece.from, piece.to)} fill={piece.color} />
        ))}
      <text
        x={x}
        y={y + size * 0.3}
        textAnchor="middle"
        fontSize={size}
        fontWeight={500}
        fill={value.display.color ?? theme.colors.text.primary}
      >
        {text}
      </text>
      {isNamed && (
        <text x={x} y={y + radius / 2 + NAME_HEIGHT - 6} textAnchor="middle" fontSize={14} fill={theme.colors.text.primary}>
          {value.display.title}
        </text>
      )}
    </svg>
  );
}
