/** Collects the licence of every package in the bundle, and fails on one that is not allowed. */
import fs from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** All permissive. The fonts are OFL-1.1, which allows to bundle them. */
const ALLOWED = new Set([
  '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'OFL-1.1', 'Unlicense',
]);
/** Of a choice of licences, the one under which it is used here. */
const CHOSEN: Record<string, string> = { '(MPL-2.0 OR Apache-2.0)': 'Apache-2.0' };
const HEAD = `The file page.html beside this one contains the packages below, each under its licence.
It is built from toolkit/preview/page by \`make preview-page\`, which writes this file too.
`;

interface Package {
  name: string;
  version: string;
  licence: string;
  text: string;
}

/** The folder of the package that a module belongs to; empty for our own. */
function folderOf(id: string): string {
  const parts = id.split('?')[0].split('node_modules/');
  if (parts.length < 2) {
    return '';
  }
  const [first, second] = parts[parts.length - 1].split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  return `${parts.slice(0, -1).join('node_modules/')}node_modules/${name}`.replace(/^\0/, '');
}

function read(folder: string): Package {
  const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = fs.readdirSync(folder).sort().find((name) => /^(licen[cs]e|copying|unlicense)/i.test(name));
  const given = about.license ?? 'none';
  return {
    name: about.name,
    version: about.version,
    licence: CHOSEN[given] ?? given,
    text: file
      ? fs.readFileSync(path.join(folder, file), 'utf8').replace(/\r\n/g, '\n').trimEnd()
      : `The package carries no licence text; it declares ${given}.`,
  };
}

export function licences(): Plugin {
  const folders = new Set<string>();
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') {
          Object.keys(chunk.modules).map(folderOf).filter(Boolean).forEach((folder) => folders.add(folder));
        }
      }
      const found = [...folders].map(read).sort((a, b) => (a.name < b.name ? -1 : 1));
      const refused = found.filter((each) => !ALLOWED.has(each.licence));
      if (refused.length) {
        const names = refused.map((each) => `${each.name} ${each.version}: ${each.licence}`);
        throw new Error(`licences that tools/licences.ts does not allow: ${names.join(', ')}`);
      }
      const parts = found.map((each) => `==== ${each.name} ${each.version} (${each.licence})\n\n${each.text}\n`);
      this.emitFile({
        type: 'asset',
        fileName: 'THIRD_PARTY_LICENSES.txt',
        source: `${HEAD}\n${parts.join('\n')}`,
      });
    },
  };
}
