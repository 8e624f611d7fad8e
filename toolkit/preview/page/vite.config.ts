/** One self-contained page.html, and the licences of all that is in it. */
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { licences } from './tools/licences.ts';
import { policy } from './tools/policy.ts';

const own = (name: string): string => path.resolve(import.meta.dirname, 'src/replaced', name);

/** Relative imports inside @grafana/ui cannot be aliased by name. */
const grafanaFonts: Plugin = {
  name: 'grafana-fonts',
  enforce: 'pre',
  resolveId: (id, importer) =>
    importer?.includes('@grafana') && /GlobalStyles/.test(importer) && /\/fonts(\.mjs)?$/.test(id)
      ? own('fonts.ts')
      : null,
};

const out = process.env.PREVIEW_OUT ?? '..';

export default defineConfig({
  plugins: [grafanaFonts, react(), licences(), viteSingleFile({ removeViteModuleLoader: true }), policy()],
  define: { global: 'globalThis' },
  resolve: {
    // Two copies of @grafana/data would be two registries.
    dedupe: ['react', 'react-dom', 'uplot', 'rxjs', '@grafana/data', '@grafana/schema', '@emotion/react', '@emotion/css'],
    alias: [
      { find: 'react-inlinesvg', replacement: own('icons.tsx') },
      { find: /^monaco-editor.*/, replacement: own('empty.ts') },
      { find: /^@monaco-editor\/react$/, replacement: own('empty.ts') },
      { find: /^ol(\/.*)?$/, replacement: own('empty.ts') },
      { find: /^react-dom\/server$/, replacement: own('server.ts') },
      // Rules of time zones for ten years round now: a preview shows no older data.
      { find: /^moment-timezone$/, replacement: 'moment-timezone/builds/moment-timezone-with-data-10-year-range.js' },
    ],
  },
  build: {
    target: 'es2022',
    outDir: out,
    emptyOutDir: false,
    assetsInlineLimit: 1e8,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 20000,
    reportCompressedSize: false,
  },
});
