/** The variables, the time range and the refresh of a page that `toolkit preview --serve` draws. */
import { useTheme2 } from '@grafana/ui';
import { type CSSProperties, type FormEvent, type ReactNode, useState } from 'react';
import { inputStyle, Menu } from './menu';
import type { Control, Live } from './payload';
import { toggledValue } from './address_parameters';

const LONG_LIST = 8; // from so many options on a field narrows them
const REFRESH_SECONDS = [0, 10, 30, 60, 300];

/** Ranges as Grafana's own picker offers and names them. */
const QUICK: Array<[string, string, string]> = [
  ['now-5m', 'now', 'Last 5 minutes'],
  ['now-15m', 'now', 'Last 15 minutes'],
  ['now-30m', 'now', 'Last 30 minutes'],
  ['now-1h', 'now', 'Last 1 hour'],
  ['now-3h', 'now', 'Last 3 hours'],
  ['now-6h', 'now', 'Last 6 hours'],
  ['now-12h', 'now', 'Last 12 hours'],
  ['now-24h', 'now', 'Last 24 hours'],
  ['now-2d', 'now', 'Last 2 days'],
  ['now-7d', 'now', 'Last 7 days'],
  ['now-30d', 'now', 'Last 30 days'],
  ['now/d', 'now', 'Today so far'],
  ['now-1d/d', 'now-1d/d', 'Yesterday'],
];

export interface ControlsProps {
  live: Live;
  isAsking: boolean;
  refreshSeconds: number;
  onVariable: (name: string, values: string[]) => void;
  onTime: (from: string, to: string) => void;
  onRefresh: () => void;
  onRefreshSeconds: (seconds: number) => void;
}

export function Controls(props: ControlsProps): ReactNode {
  const theme = useTheme2();
  const { live } = props;
  const name: CSSProperties = {
    background: theme.colors.background.primary,
    border: `1px solid ${theme.components.input.borderColor}`,
    borderRight: 'none',
    borderRadius: '2px 0 0 2px',
    padding: '5px 8px',
    fontSize: 12,
    fontWeight: 500,
    lineHeight: '20px',
  };
  const quick = QUICK.find(([from, to]) => from === live.from && to === live.to);
  const button = { ...inputStyle(theme), borderRadius: 2 };
  return (
    <>
      {live.controls.map((control) => (
        <span key={control.name} style={{ display: 'flex' }}>
          <span style={name}>{control.label}</span>
          <Variable control={control} onChange={(values) => props.onVariable(control.name, values)} />
        </span>
      ))}
      <Menu
        label="Time range"
        text={quick ? quick[2] : `${live.from} to ${live.to}`}
        icon="clock-nine"
      >
        {(close) => <Times live={live} onTime={(from, to) => (close(), props.onTime(from, to))} />}
      </Menu>
      <button type="button" style={button} disabled={props.isAsking} onClick={props.onRefresh}>
        {props.isAsking ? 'Asking…' : 'Refresh'}
      </button>
      <select
        aria-label="Refresh by itself"
        style={{ ...button, display: 'inline-block', width: 'auto', height: 'auto' }}
        value={props.refreshSeconds}
        onChange={(event) => props.onRefreshSeconds(Number(event.target.value))}
      >
        {REFRESH_SECONDS.map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds ? (seconds < 60 ? `${seconds}s` : `${seconds / 60}m`) : 'Off'}
          </option>
        ))}
      </select>
    </>
  );
}

function Variable({ control, onChange }: { control: Control; onChange: (values: string[]) => void }): ReactNode {
  const theme = useTheme2();
  if (control.kind === 'fixed') {
    return <span style={{ ...inputStyle(theme), cursor: 'default' }}>{control.text}</span>;
  }
  return control.kind === 'text' ? (
    <Typed key={control.text} control={control} onChange={onChange} />
  ) : (
    <Choice control={control} onChange={onChange} />
  );
}

function Typed({ control, onChange }: { control: Control; onChange: (values: string[]) => void }): ReactNode {
  const theme = useTheme2();
  const [text, setText] = useState(control.text);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onChange([text]);
  };
  return (
    <form onSubmit={send}>
      <input
        aria-label={control.label}
        style={{ ...inputStyle(theme), cursor: 'text' }}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}

/** The options of a variable: of several, those that are ticked hold once the box is closed. */
function Choice({ control, onChange }: { control: Control; onChange: (values: string[]) => void }): ReactNode {
  const [ticked, setTicked] = useState<string[] | null>(null);
  const [part, setPart] = useState('');
  const isMany = control.kind === 'many';
  const chosen = ticked ?? control.chosen;
  const close = (): void => {
    setPart('');
    if (ticked) {
      setTicked(null);
      onChange(ticked);
    }
  };
  const shown = control.options.filter((each) => each.text.toLowerCase().includes(part.toLowerCase()));
  return (
    <Menu label={control.label} text={control.text} onClose={close}>
      {(shut) => (
        <>
          {control.options.length >= LONG_LIST && (
            <input
              type="search"
              aria-label={`Narrow ${control.label}`}
              style={{ width: '100%', boxSizing: 'border-box', marginBottom: 4 }}
              value={part}
              onChange={(event) => setPart(event.target.value)}
            />
          )}
          {shown.map(({ value, text }) => (
            <label key={value} style={{ display: 'flex', gap: 8, padding: '2px 4px', cursor: 'pointer' }}>
              <input
                type={isMany ? 'checkbox' : 'radio'}
                checked={chosen.includes(value)}
                onChange={() => {
                  if (isMany) {
                    setTicked(toggledValue(chosen, value));
                  } else {
                    shut();
                    onChange([value]);
                  }
                }}
              />
              {text}
            </label>
          ))}
          {control.more > 0 && <div style={{ padding: '2px 4px' }}>and {control.more} more that are not listed</div>}
          {!shown.length && <div style={{ padding: '2px 4px' }}>nothing to choose</div>}
        </>
      )}
    </Menu>
  );
}

function Times({ live, onTime }: { live: Live; onTime: (from: string, to: string) => void }): ReactNode {
  const theme = useTheme2();
  const [from, setFrom] = useState(live.from);
  const [to, setTo] = useState(live.to);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onTime(from, to);
  };
  const field = { ...inputStyle(theme), borderRadius: 2, cursor: 'text', width: 190, display: 'block' };
  return (
    <span style={{ display: 'flex', gap: 16 }}>
      <form onSubmit={send} style={{ display: 'flex', flexDirection: 'column', gap: 8 }}>
        <label>
          From
          <input style={field} value={from} onChange={(event) => setFrom(event.target.value)} />
        </label>
        <label>
          To
          <input style={field} value={to} onChange={(event) => setTo(event.target.value)} />
        </label>
        <button type="submit" style={{ ...inputStyle(theme), borderRadius: 2 }}>
          Apply
        </button>
      </form>
      <span>
        {QUICK.map(([begin, end, words]) => (
          <button
            key={words}
            type="button"
            style={{ all: 'unset', display: 'block', padding: '2px 8px', cursor: 'pointer' }}
            onClick={() => onTime(begin, end)}
          >
            {words}
          </button>
        ))}
      </span>
    </span>
  );
}
