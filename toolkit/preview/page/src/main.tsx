/** Reads the payload, draws it, and says on the root element when that is done. */
import { createTheme, type DataFrame, dateTime, type GrafanaTheme2, ThemeContext, type TimeRange } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles } from '@grafana/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Dashboard } from './dashboard';
import { type Drawing, type Payload, readPayload } from './payload';
import { prepare } from './prepare';
import { registerTransformers } from './registry';
import { loadFonts } from './replaced/fonts';

type Frames = ReadonlyMap<string, DataFrame[]>;

async function framesOf(drawing: Drawing, theme: GrafanaTheme2, timeZone: string): Promise<Frames> {
  const found = new Map<string, DataFrame[]>();
  for (const panel of drawing.rows.flatMap((row) => row.panels)) {
    found.set(panel.key, panel.cannot ? [] : await prepare(panel, theme, timeZone));
  }
  return found;
}

interface PageProps {
  payload: Payload;
  frames: Frames[];
  theme: GrafanaTheme2;
}

function Page({ payload, frames, theme }: PageProps): ReactNode {
  const [width, setWidth] = useState(document.documentElement.clientWidth);
  useEffect(() => {
    const measure = (): void => setWidth(document.documentElement.clientWidth);
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  const [from, to] = [dateTime(payload.from), dateTime(payload.to)];
  const [timeRange] = useState<TimeRange>({ from, to, raw: { from, to } });
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
          />
        ))}
      </div>
    </ThemeContext.Provider>
  );
}

async function draw(payload: Payload): Promise<void> {
  document.title = payload.drawings[0].title;
  await initPluginTranslations('preview');
  registerTransformers();
  const theme = createTheme({ colors: { mode: payload.theme } });
  const frames: Frames[] = [];
  for (const drawing of payload.drawings) {
    frames.push(await framesOf(drawing, theme, payload.timezone));
  }
  await loadFonts();
  const root = createRoot(document.getElementById('root') as HTMLElement);
  flushSync(() => root.render(<Page payload={payload} frames={frames} theme={theme} />));
}

const payload = readPayload();
if (payload) {
  draw(payload)
    .catch((error: unknown) => {
      document.body.textContent = `This page could not be drawn: ${String(error)}`;
      console.error(error);
    })
    .finally(() =>
      requestAnimationFrame(() =>
        requestAnimationFrame(() => (document.documentElement.dataset.drawn = 'true')),
      ),
    );
} else {
  document.body.textContent = 'This is the empty page; `toolkit preview` fills a copy of it.';
}
