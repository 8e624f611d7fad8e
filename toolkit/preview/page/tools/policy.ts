/** Names the page page.html and forbids it all but its own script, its styles and its fonts. */
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const SCRIPT = /<script type="module"[^>]*>([\s\S]*?)<\/script>/;

export function policy(): Plugin {
  return {
    name: 'policy',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset') {
          throw new Error('the build made no index.html');
        }
        const text = String(page.source);
        const script = SCRIPT.exec(text)?.[1];
        if (!script) {
          throw new Error('the page carries no script');
        }
        const hash = createHash('sha256').update(script).digest('base64');
        const rules = [
          "default-src 'none'",
          `script-src 'sha256-${hash}'`,
          "style-src 'unsafe-inline'", // styles are made while drawing
          'font-src data:',
          'img-src data:',
          "base-uri 'none'",
          "form-action 'none'",
        ].join('; ');
        const meta = `<meta http-equiv="Content-Security-Policy" content="${rules}" />`;
        page.source = text.replace('<meta charset="utf-8" />', (all) => `${all}\n    ${meta}`);
        page.fileName = 'page.html';
      },
    },
  };
}
