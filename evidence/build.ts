// Builds dist/verify.html: one page with everything in it, which runs from any disk without a network.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const page = join(import.meta.dirname, 'page');
const built = await build({
  root: page,
  configFile: false,
  logLevel: 'warn',
  build: {
    write: false,
    target: 'es2022',
    lib: { entry: join(page, 'main.ts'), formats: ['iife'], name: 'proofpix' },
  },
});
const outputs = (Array.isArray(built) ? built : [built]).flatMap((each) => ('output' in each ? each.output : []));
const chunk = outputs.find((output) => output.type === 'chunk');
if (chunk === undefined) throw new Error('The script of the page was not built.');
// The end of the element must not stand in its text.
const script = chunk.code.replaceAll('</script', '<\\/script').trim();
const style = (await readFile(join(page, 'page.css'), 'utf8')).trim();
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
const html = (await readFile(join(page, 'page.html'), 'utf8'))
  .replace('<!--policy-->', () => `<meta http-equiv="content-security-policy" content="${policy}" />`)
  .replace('<!--style-->', () => `<style>${style}</style>`)
  .replace('<!--script-->', () => `<script>${script}</script>`);
const dist = join(import.meta.dirname, 'dist');
await mkdir(dist, { recursive: true });
await writeFile(join(dist, 'verify.html'), html);
