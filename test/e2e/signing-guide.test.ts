import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startServer } from '../../server/test/start-server.ts';
import { runCommand } from '../run-command.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.log('The guide to signing is not run: there is no curl.');

/** Each line as it is shown, where `…` stands for anything. */
function expectShown(shown: string, output: string): void {
  for (const line of shown.split('\n').filter((text) => text !== '')) {
    const parts = line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    expect(output).toMatch(new RegExp(`^.*${parts.join('.*')}.*$`, 'm'));
  }
}

test.skipIf(!hasCurl)(
  'the guide to signing works as it is written, and shows what really comes',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'proofpix-signing-'));
    const server = await startServer();
    try {
      await mkdir(join(home, 'night-photos'));
      const manifest = {
        id: 'night-photos',
        name: 'Night photos',
        version: '1.0.0',
        description: 'The plugin of the guide.',
        author: 'A test',
        type: 'processor',
        category: 'file-processing',
        permissions: ['files'],
        hooks: ['file:process'],
      };
      await writeFile(join(home, 'night-photos/manifest.json'), JSON.stringify(manifest));
      const code = `exports.hooks = { 'file:process': () => ({ metadata: {} }) };`;
      await writeFile(join(home, 'night-photos/index.js'), code);
      const env = {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        NO_COLOR: '1',
        PROOFPIX_SERVER: server.url,
        PROOFPIX_TOKEN: server.owner.token,
      };
      const program = `proofpix() { "${process.execPath}" "${join(root, 'cli/bin/proofpix.mjs')}" "$@"; }`;
      let output = '';
      let ran = 0;
      const page = await readFile(join(root, 'docs/guide/signing.md'), 'utf8');
      for (const [, kind, text = ''] of page.matchAll(/^```(\w+ \w+)\n(.*?)^```$/gms)) {
        if (kind === 'text shown') expectShown(text, output);
        else if (kind === 'sh run') {
          const done = await runCommand('bash', ['-eo', 'pipefail', '-c', `${program}\n${text}`], { cwd: home, env });
          output = `${done.stdout}${done.stderr}`;
          expect(done.code, `${text}\n${output}`).toBe(0);
          ran += 1;
        } else throw new Error(`A block of ${kind} is neither run nor shown: nobody checks it.`);
      }
      expect(ran).toBe(8);
    } finally {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
  300_000,
);
