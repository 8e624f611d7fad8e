/** Reads the payload, draws it, and says on the root element when that is done. */
import { initPluginTranslations } from '@grafana/i18n';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { LivePage } from './live';
import { Page, prepared } from './page';
import { type Payload, readPayload } from './payload';
import { registerTransformers } from './grafana_registry';
import { loadFonts } from './replaced/fonts';

async function draw(payload: Payload): Promise<void> {
  await initPluginTranslations('preview');
  registerTransformers();
  await loadFonts();
  const root = createRoot(document.getElementById('root') as HTMLElement);
  if (payload.live) {
    root.render(<LivePage address={payload.live.address} theme={payload.theme} />);
    return;
  }
  document.title = payload.drawings[0].title;
  const all = await prepared(payload);
  flushSync(() => root.render(<Page {...all} />));
}

const payload = readPayload();
if (payload) {
  draw(payload)
    .catch((error: unknown) => {
      document.body.textContent = `This page could not be drawn: ${String(error)}`;
      document.documentElement.dataset.failed = String(error);
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
