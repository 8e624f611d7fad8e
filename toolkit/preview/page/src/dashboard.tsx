/** A dashboard: its head, and rows that fold, on Grafana's grid of 24 columns. */
import {
  DashboardCursorSync,
  EventBusSrv,
  textUtil,
  type TimeRange,
} from '@grafana/data';
import { Icon, PanelContextProvider, useTheme2 } from '@grafana/ui';
import { type CSSProperties, type ReactNode, useMemo, useState } from 'react';
import { Panel } from './panel';
import type { Drawing, Place, RowModel } from './payload';
import { moment } from './plot';
import type { PreparedPanel } from './prepare_frames';

const COLUMNS = 24;
const UNIT = 30; // pixels of one unit of height
const GAP = 8;
export const MARGIN = 16;

export interface DrawnProps {
  drawing: Drawing;
  frames: ReadonlyMap<string, PreparedPanel>;
  width: number;
  timeRange: TimeRange;
  timeZone: string;
  /** In place of the variables in the head, where they can be changed. */
  controls?: ReactNode;
}

export const heightOf = (row: RowModel): number =>
  row.panels.reduce((most, { place }) => Math.max(most, place.y + place.h), 0);

export function Dashboard(props: DrawnProps): ReactNode {
  const { drawing } = props;
  const [folded, setFolded] = useState(() => drawing.rows.map((row) => row.collapsed));
  const context = useMemo(
    () => ({
      eventBus: new EventBusSrv(),
      eventsScope: drawing.label || 'preview',
      sync: () => DashboardCursorSync.Crosshair,
    }),
    [drawing],
  );
  // Another choice of variables may bring rows that were not there.
  const isFolded = (index: number): boolean => folded[index] ?? drawing.rows[index].collapsed;
  const fold = (index: number): void =>
    setFolded(drawing.rows.map((_row, position) => (position === index ? !isFolded(index) : isFolded(position))));
  return (
    <PanelContextProvider value={context}>
      <main style={{ width: props.width, boxSizing: 'border-box', padding: MARGIN }}>
        <Head {...props} />
        {drawing.rows.map((row, index) => (
          <section key={index} data-row={row.title ?? ''}>
            {row.title !== null && (
              <RowHead title={row.title} isFolded={isFolded(index)} count={row.panels.length} onClick={() => fold(index)} />
            )}
            {!isFolded(index) && <Grid {...props} row={row} />}
          </section>
        ))}
        <Notes notes={drawing.notes} />
      </main>
    </PanelContextProvider>
  );
}

function Grid({ row, drawing, frames, width, timeRange, timeZone }: DrawnProps & { row: RowModel }): ReactNode {
  const column = (width - 2 * MARGIN - GAP * (COLUMNS - 1)) / COLUMNS;
  const box = (place: Place): CSSProperties => ({
    position: 'absolute',
    left: Math.round(place.x * (column + GAP)),
    top: place.y * (UNIT + GAP),
  });
  return (
    <div style={{ position: 'relative', height: heightOf(row) * (UNIT + GAP) }}>
      {row.panels.map((panel) => (
        <div key={panel.key} style={box(panel.place)}>
          <Panel
            panel={panel}
            frames={frames.get(panel.key)?.frames ?? []}
            problem={frames.get(panel.key)?.problem ?? ''}
            width={Math.floor(column * panel.place.w + GAP * (panel.place.w - 1))}
            height={UNIT * panel.place.h + GAP * (panel.place.h - 1)}
            timeRange={timeRange}
            timeZone={timeZone}
            annotations={drawing.annotations}
          />
        </div>
      ))}
    </div>
  );
}

interface RowHeadProps {
  title: string;
  isFolded: boolean;
  count: number;
  onClick: () => void;
}

function RowHead({ title, isFolded, count, onClick }: RowHeadProps): ReactNode {
  const theme = useTheme2();
  const button = {
    all: 'unset' as const,
    cursor: 'pointer',
    display: 'flex',
    alignItems: 'center',
    gap: 6,
    height: UNIT,
    marginBottom: GAP,
    fontSize: theme.typography.h5.fontSize,
    fontWeight: 500,
    color: theme.colors.text.primary,
  };
  return (
    <button type="button" aria-expanded={!isFolded} onClick={onClick} style={button}>
      <Icon name={isFolded ? 'angle-right' : 'angle-down'} size="xl" />
      {title}
      {isFolded && (
        <span style={{ color: theme.colors.text.secondary, fontSize: 12, fontWeight: 400 }}>
          ({count} {count === 1 ? 'panel' : 'panels'})
        </span>
      )}
    </button>
  );
}

function Head({ drawing, timeRange, timeZone, controls }: DrawnProps): ReactNode {
  const theme = useTheme2();
  const secondary = theme.colors.text.secondary;
  const name = {
    background: theme.colors.background.primary,
    border: `1px solid ${theme.components.input.borderColor}`,
    borderRight: 'none',
    borderRadius: '2px 0 0 2px',
    padding: '5px 8px',
    fontSize: 12,
    fontWeight: 500,
    lineHeight: '20px',
  };
  const chosen = {
    background: theme.components.input.background,
    border: `1px solid ${theme.components.input.borderColor}`,
    borderRadius: '0 2px 2px 0',
    padding: '5px 8px',
    fontSize: 13,
    lineHeight: '20px',
    maxWidth: 260,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap' as const,
  };
  return (
    <header style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center', marginBottom: MARGIN, fontSize: 14 }}>
      <h1 style={{ fontSize: 18, fontWeight: 500, margin: '0 16px 0 0', lineHeight: '32px' }}>{drawing.title}</h1>
      {drawing.label && <code style={{ marginRight: 16 }}>{drawing.label}</code>}
      {controls ?? drawing.variables.map((variable) => (
        <span key={variable.label} style={{ display: 'flex' }}>
          <span style={name}>{variable.label}</span>
          <span style={chosen} title={variable.value}>
            {variable.value}
          </span>
        </span>
      ))}
      <span style={{ marginLeft: 'auto', display: 'flex', flexWrap: 'wrap', gap: 16, color: secondary, lineHeight: '32px' }}>
        {drawing.links.map((link, index) => (
          <a
            key={index}
            href={textUtil.sanitizeUrl(link.url)}
            title={link.tooltip}
            target={link.targetBlank ? '_blank' : undefined}
            rel="noreferrer"
            style={{ color: theme.colors.text.link }}
          >
            {link.title}
          </a>
        ))}
        <span style={{ whiteSpace: 'nowrap' }}>
          {moment(timeRange.from.valueOf(), timeZone)} to {moment(timeRange.to.valueOf(), timeZone)}
          {timeZone === 'utc' && ' UTC'}
        </span>
      </span>
    </header>
  );
}

function Notes({ notes }: { notes: string[] }): ReactNode {
  const theme = useTheme2();
  if (!notes.length) {
    return null;
  }
  return (
    <footer style={{ color: theme.colors.text.secondary, fontSize: 12, marginTop: GAP }}>
      {notes.map((note, index) => (
        <div key={index}>{note}</div>
      ))}
    </footer>
  );
}
