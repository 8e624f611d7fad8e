/** The box beside the pointer: a heading, and a line of colour, name and value each. */
import { useTheme2 } from '@grafana/ui';
import type { UPlotConfigBuilder } from '@grafana/ui';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type uPlot from 'uplot';

export interface TipLine {
  color?: string;
  label: string;
  value: string;
  strong?: boolean;
}

export interface Tip {
  title: string;
  lines: TipLine[];
}

interface PlacedTip extends Tip {
  x: number;
  y: number;
}

const GAP = 14;
const MOST_LINES = 24;

export function TipBox({ tip }: { tip: PlacedTip | null }): ReactNode {
  const theme = useTheme2();
  if (!tip || (!tip.lines.length && !tip.title)) {
    return null;
  }
  const toLeft = tip.x > window.innerWidth * 0.6;
  const above = tip.y > window.innerHeight * 0.6;
  const left_out = tip.lines.length - MOST_LINES;
  const box = {
    position: 'fixed' as const,
    zIndex: 1000,
    pointerEvents: 'none' as const,
    left: toLeft ? undefined : tip.x + GAP,
    right: toLeft ? document.documentElement.clientWidth - tip.x + GAP : undefined,
    top: above ? undefined : tip.y + GAP,
    bottom: above ? window.innerHeight - tip.y + GAP : undefined,
    maxWidth: 480,
    background: theme.colors.background.elevated ?? theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z3,
    color: theme.colors.text.primary,
    fontSize: 12,
    padding: '6px 10px',
  };
  return createPortal(
    <div role="tooltip" style={box}>
      {tip.title && <div style={{ fontWeight: 500, marginBottom: tip.lines.length ? 4 : 0 }}>{tip.title}</div>}
      {tip.lines.slice(0, MOST_LINES).map((line, index) => (
        <div key={index} style={{ display: 'flex', gap: 8, alignItems: 'center', fontWeight: line.strong ? 600 : 400 }}>
          {line.color && <span style={{ width: 10, height: 4, borderRadius: 2, flex: 'none', background: line.color }} />}
          <span style={{ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }}>{line.label}</span>
          <span style={{ marginLeft: 'auto', paddingLeft: 12, whiteSpace: 'nowrap' }}>{line.value}</span>
        </div>
      ))}
      {left_out > 0 && <div style={{ color: theme.colors.text.secondary }}>and {left_out} more</div>}
    </div>,
    document.body,
  );
}

interface PlotTipProps {
  config: UPlotConfigBuilder;
  /** What to say where the cursor is; null says nothing. */
  read: (plot: uPlot) => Tip | null;
}

/** The tooltip of a plot: a child of its chart, which therefore hooks in before it is drawn. */
export function PlotTip({ config, read }: PlotTipProps): ReactNode {
  const [tip, setTip] = useState<PlacedTip | null>(null);
  const latest = useRef(read);
  latest.current = read;
  useLayoutEffect(() => {
    config.addHook('setCursor', (plot: uPlot) => {
      const { left = -1, top = -1 } = plot.cursor;
      // A cursor that follows another panel's says nothing of its own.
      const said = left >= 0 && plot.over.matches(':hover') ? latest.current(plot) : null;
      const place = plot.over.getBoundingClientRect();
      setTip(said && { ...said, x: place.left + left, y: place.top + top });
    });
  }, [config]);
  return <TipBox tip={tip} />;
}

/** Shows `tip` while the pointer is over the children. */
export function Hover({ tip, children }: { tip: Tip; children: ReactNode }): ReactNode {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  return (
    <div
      style={{ display: 'flex', width: '100%', height: '100%' }} // what is in it stretches, as a bar gauge must
      onMouseMove={(event) => setAt({ x: event.clientX, y: event.clientY })}
      onMouseLeave={() => setAt(null)}
    >
      {children}
      <TipBox tip={at && { ...tip, ...at }} />
    </div>
  );
}
