/** One page: a drawing, or two side by side. */
import { createTheme, dateTime, type GrafanaTheme2, ThemeContext, type TimeRange } from '@grafana/data';
import { GlobalStyles } from '@grafana/ui';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Dashboard } from './dashboard';
import type { Drawing, Payload } from './payload';
import { prepared as preparedPanel, type PreparedPanel } from './prepare_frames';

type Frames = ReadonlyMap<string, PreparedPanel>;

/** All that a page needs to be drawn. */
export interface Prepared {
  payload: Payload;
  frames: Frames[];
  theme: GrafanaTheme2;
}

async function framesOf(drawing: Drawing, theme: GrafanaTheme2, timeZone: string): Promise<Frames> {
  const found = new Map<string, PreparedPanel>();
  for (const panel of drawing.rows.flatMap((row) => row.panels)) {
    found.set(panel.key, await preparedPanel(panel, theme, timeZone));
  }
  return found;
}

export async function prepared(payload: Payload): Promise<Prepared> {
  const theme = createTheme({ colors: { mode: payload.theme } });
  const frames: Frames[] = [];
  for (const drawing of payload.drawings) {
    frames.push(await framesOf(drawing, theme, payload.timezone));
  }
  return { payload, frames, theme };
}

export interface PageProps extends Prepared {
  /** In place of the variables and the time range in the head, where they can be changed. */
  controls?: ReactNode;
}

export function Page({ payload, frames, theme, controls }: PageProps): ReactNode {
  const [width, setWidth] = useState(document.documentElement.clientWidth);
  useEffect(() => {
    const measure = (): void => setWidth(document.documentElement.clientWidth);
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  const timeRange = useMemo((): TimeRange => {
    const [from, to] = [dateTime(payload.from), dateTime(payload.to)];
    return { from, to, raw: { from, to } };
  }, [payload.from, payload.to]);
  const share = Math.max(640, Math.floor(width / payload.drawings.length));
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div style={{ display: 'flex', minHeight: '100vh', background: theme.colors.background.canvas }}>
        {payload.drawings.map((drawing, index) => (
          <Dashboard
            key={index}
            drawing={drawing}
            frames={frames[index]}
            width={share}
            timeRange={timeRange}
            timeZone={payload.timezone}
            controls={index === 0 ? controls : undefined}
          />
        ))}
      </div>
    </ThemeContext.Provider>
  );
}
