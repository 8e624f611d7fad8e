/** One panel: its frame, its links, and its picture or the words for why there is none. */
import { type DataFrame, dateTime, textUtil, type TimeRange } from '@grafana/data';
import { Icon, PanelChrome, useTheme2 } from '@grafana/ui';
import { Component, type ComponentType, type ReactNode, useMemo, useState } from 'react';
import { completed } from './default_options';
import { BarGaugePanel, GaugePanel, StatPanel } from './panels/single_values';
import { HeatmapPanel } from './panels/heatmap';
import { HistogramPanel } from './panels/histogram';
import { PiePanel } from './panels/pie';
import { StateTimelinePanel } from './panels/state_timeline';
import { TablePanel } from './panels/table';
import { TextPanel } from './panels/text';
import { TimeSeriesPanel } from './panels/timeseries';
import type { Annotation, PanelModel } from './payload';
import type { VizProps } from './plot';

export const VIEWS: Record<string, ComponentType<VizProps>> = {
  bargauge: BarGaugePanel,
  gauge: GaugePanel,
  heatmap: HeatmapPanel,
  histogram: HistogramPanel,
  piechart: PiePanel,
  stat: StatPanel,
  'state-timeline': StateTimelinePanel,
  'status-history': StateTimelinePanel,
  table: TablePanel,
  text: TextPanel,
  timeseries: TimeSeriesPanel,
};
/** These say by themselves that there is no data. */
const SAYS_EMPTY = new Set(['stat', 'gauge', 'bargauge', 'text']);
/** Grafana shows no text of the panel's own on these when there is no data. */
const HAS_NO_WORDS = new Set(['heatmap', 'state-timeline', 'status-history']);
const FILLS_ITS_FRAME = new Set(['stat', 'table']);
const CHANGES: Record<string, 'warning' | 'success' | 'error'> = {
  changed: 'warning',
  added: 'success',
  removed: 'error',
};

interface Props {
  panel: PanelModel;
  frames: DataFrame[];
  /** What went wrong with its frames; empty where nothing did. */
  problem: string;
  width: number;
  height: number;
  timeRange: TimeRange;
  timeZone: string;
  annotations: Annotation[];
}

export function Panel(props: Props): ReactNode {
  const theme = useTheme2();
  const { panel, width, height } = props;
  const timeRange = useMemo((): TimeRange => {
    if (!panel.time) {
      return props.timeRange;
    }
    const [from, to] = [dateTime(panel.time.from), dateTime(panel.time.to)];
    return { from, to, raw: { from, to } };
  }, [panel.time, props.timeRange]);
  const mark = CHANGES[panel.change];
  const colour = mark && theme.colors[mark].border;
  const errors = panel.answers.filter((answer) => answer.error).map((answer) => `${answer.refId}: ${answer.error}`);
  if (props.problem) {
    errors.push(props.problem);
  }
  return (
    <div
      data-panel={panel.title}
      data-problem={errors.join('; ') || undefined}
      data-change={panel.change || undefined}
      style={colour ? { outline: `2px solid ${colour}`, borderRadius: theme.shape.radius.default } : undefined}
    >
      <PanelChrome
        width={width}
        height={height}
        title={panel.title}
        description={panel.description || undefined}
        displayMode={panel.transparent ? 'transparent' : 'default'}
        padding={FILLS_ITS_FRAME.has(panel.type) ? 'none' : 'md'}
        statusMessage={errors.join('; ') || undefined}
        titleItems={
          <>
            <Links panel={panel} />
            {panel.timeWords && <TimeWords words={panel.timeWords} />}
          </>
        }
        actions={
          mark && (
            <span style={{ background: colour, color: theme.colors[mark].contrastText, borderRadius: 2, padding: '0 6px', fontSize: 12 }}>
              {panel.change}
            </span>
          )
        }
      >
        {(innerWidth, innerHeight) => (
          <Guard title={panel.title}>
            <Content {...props} timeRange={timeRange} width={innerWidth} height={innerHeight} />
          </Guard>
        )}
      </PanelChrome>
    </div>
  );
}

function Content(props: Props): ReactNode {
  const { panel, frames, height } = props;
  const View = VIEWS[panel.type];
  const failed = panel.answers.length > 0 && panel.answers.every((answer) => answer.error);
  const words =
    panel.cannot ||
    (!View && `Panels of the type “${panel.type}” are not drawn here.`) ||
    (failed && panel.answers[0].error) ||
    (!frames.length && props.problem) ||
    (frames.every((frame) => !frame.length) &&
      !SAYS_EMPTY.has(panel.type) &&
      ((!HAS_NO_WORDS.has(panel.type) && panel.fieldConfig.defaults?.noValue) || 'No data'));
  const complete = useMemo(() => completed(panel), [panel]);
  return words ? <Words text={words} height={height} /> : <View {...props} panel={complete} />;
}

function Words({ text, height }: { text: string; height: number }): ReactNode {
  const theme = useTheme2();
  return (
    <div style={{ display: 'grid', placeItems: 'center', height, padding: 8, overflow: 'hidden', boxSizing: 'border-box' }}>
      <span style={{ color: theme.colors.text.secondary, textAlign: 'center', overflowWrap: 'anywhere' }}>{text}</span>
    </div>
  );
}

/** A panel that shows another time than its dashboard says so beside its title. */
function TimeWords({ words }: { words: string }): ReactNode {
  const theme = useTheme2();
  const style = { color: theme.colors.text.secondary, fontSize: 12, display: 'inline-flex', gap: 4, padding: '0 4px', whiteSpace: 'nowrap' as const };
  return (
    <span data-time={words} style={style}>
      <Icon name="clock-nine" size="sm" /> {words}
    </span>
  );
}

/** One link is an icon; several are a list that opens below it. */
function Links({ panel }: { panel: PanelModel }): ReactNode {
  const theme = useTheme2();
  const [isOpen, setOpen] = useState(false);
  const [first, ...more] = panel.links;
  const style = { all: 'unset' as const, cursor: 'pointer', color: theme.colors.text.secondary, padding: '0 4px', display: 'inline-flex' };
  if (!first) {
    return null;
  }
  if (!more.length) {
    return (
      <a href={textUtil.sanitizeUrl(first.url)} title={first.title} target="_blank" rel="noreferrer" style={style}>
        <Icon name="external-link-alt" size="sm" />
      </a>
    );
  }
  const list = {
    position: 'absolute' as const,
    top: '100%',
    left: 0,
    zIndex: 10,
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.weak}`,
    boxShadow: theme.shadows.z3,
    padding: 8,
    whiteSpace: 'nowrap' as const,
  };
  return (
    <span style={{ position: 'relative', display: 'inline-flex' }} onMouseLeave={() => setOpen(false)}>
      <button type="button" aria-label={`${panel.links.length} links`} style={style} onClick={() => setOpen(!isOpen)}>
        <Icon name="link" size="sm" />
      </button>
      {isOpen && (
        <span style={list}>
          {panel.links.map((link, index) => (
            <a
              key={index}
              href={textUtil.sanitizeUrl(link.url)}
              target="_blank"
              rel="noreferrer"
              style={{ display: 'block', padding: '2px 4px', color: theme.colors.text.link }}
            >
              {link.title}
            </a>
          ))}
        </span>
      )}
    </span>
  );
}

/** What one panel cannot draw must not blank the page. */
class Guard extends Component<{ title: string; children: ReactNode }, { error?: Error }> {
  state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  componentDidCatch(error: Error): void {
    console.error(`panel ${JSON.stringify(this.props.title)}: ${error.message}`);
  }

  render(): ReactNode {
    return this.state.error ? <div data-crashed>{String(this.state.error)}</div> : this.props.children;
  }
}
