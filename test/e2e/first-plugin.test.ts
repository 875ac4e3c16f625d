import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startServer } from '../../server/test/start-server.ts';
import { runCommand } from '../run-command.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const guide = join(root, 'docs/guide/first-plugin.md');
const noRegistry = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/;
const minutes = 60_000;

/** What stands on the page: commands to run, files to write, and what is shown of the output before. */
type Block = { kind: 'run' | 'shown'; text: string } | { kind: 'file'; path: string; text: string };

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w+)(?: ([^\n]+))?\n(.*?)^```$/gms)].map(
    ([, language, mark = '', text = '']): Block => {
      if (mark === 'run' || mark === 'shown') return { kind: mark, text };
      const [, path] = /^file=(\S+)$/.exec(mark) ?? [];
      if (path !== undefined) return { kind: 'file', path, text };
      throw new Error(`A block of ${language} is neither run, shown nor a file: nobody checks it.`);
    },
  );
}

/** Each line as it is shown, where `…` stands for anything. */
function expectShown(shown: string, output: string): void {
  for (const line of shown.split('\n').filter((text) => text !== '')) {
    const pattern = line
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    expect(output).toMatch(new RegExp(`^.*${pattern}.*$`, 'm'));
  }
}

test(
  'the guide "Your first plugin in fifteen minutes" works as it is written, and shows what really comes',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'proofpix-guide-'));
    // Whose registry and certificates are used: those of whoever runs the tests, although the home is another.
    const setting = async (name: string) => {
      const { stdout } = await promisify(execFile)('npm', ['config', 'get', name], { cwd: home });
      return stdout.trim();
    };
    const [cache, userConfig] = [await setting('cache'), await setting('userconfig')];
    const server = await startServer();
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(npm_(?!config_registry)|INIT_CWD|NODE_(?!EXTRA_CA_CERTS)|VITEST|FORCE_COLOR)/i.test(name),
    );
    const env = {
      ...Object.fromEntries(inherited),
      HOME: home,
      npm_config_cache: cache,
      npm_config_userconfig: userConfig,
      npm_config_prefer_offline: 'true',
      NO_COLOR: '1',
      PROOFPIX_SERVER: server.url,
      PROOFPIX_TOKEN: server.owner.token,
    };
    let cwd = root;
    let output = '';
    let ran = 0;
    const run = async (commands: string) => {
      // What `npm run proofpix` starts after it has looked after the install, which these tests have done.
      const script = commands.replaceAll('npm run proofpix --', `"${process.execPath}" cli/bin/proofpix.mjs`);
      const args = ['-eo', 'pipefail', '-c', `${script}\nprintf "\\ncwd=%s\\n" "$PWD"`];
      const { code, stdout, stderr } = await runCommand('bash', args, { cwd, env });
      cwd = /^cwd=(.*)$/m.exec(stdout)?.[1] ?? cwd;
      output = `${stdout}${stderr}`;
      return code;
    };
    try {
      for (const block of blocksOf(await readFile(guide, 'utf8'))) {
        if (block.kind === 'file') await writeFile(join(cwd, block.path), block.text);
        else if (block.kind === 'shown') expectShown(block.text, output);
        else {
          const code = await run(block.text);
          if (code !== 0 && noRegistry.test(output))
            return console.log('SKIPPED: the registry cannot be reached, the guide ends here');
          expect(code, `${block.text}\n${output}`).toBe(0);
          ran += 1;
        }
      }
      expect(ran).toBeGreaterThanOrEqual(7);
    } finally {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
  20 * minutes,
);
