import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = join(dirname(fileURLToPath(import.meta.url)), '../bin/proofpix.mjs');

export type Outcome = { code: number; stdout: string; stderr: string };
export type Started = { child: ChildProcess; ended: Promise<Outcome>; said: () => string };

/** The command as somebody calls it: in a folder of its own, with an environment that holds nothing of ours. */
export function startProofpix(
  cwd: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Started {
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, ...environment };
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (said.stdout += data.toString('utf8')));
  child.stderr.on('data', (data: Buffer) => (said.stderr += data.toString('utf8')));
  const ended = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => resolve({ code: code ?? -1, ...said }));
  });
  return { child, ended, said: () => said.stdout };
}

export function proofpix(
  cwd: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return startProofpix(cwd, args, environment).ended;
}

export type Workplace = AsyncDisposable & {
  folder: string;
  run(...args: string[]): Promise<Outcome>;
  /** A plugin's folder of this id. Files by path; `manifest` over a small one that is right. */
  plugin(id: string, files: Record<string, string>, manifest?: Record<string, unknown>): Promise<string>;
};

export async function makeWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'proofpix-cli-'));
  return {
    folder,
    run: (...args) => proofpix(folder, args),
    async plugin(id, files, manifest = {}) {
      const base = {
        id,
        name: `The plugin ${id}`,
        version: '1.0.0',
        description: 'A plugin that a test wrote',
        author: 'A test',
        type: 'processor',
        category: 'file-processing',
        permissions: ['files'],
        hooks: ['file:process'],
        ...manifest,
      };
      const all = { 'manifest.json': JSON.stringify(base, null, 2), ...files };
      for (const [path, text] of Object.entries(all)) {
        await mkdir(dirname(join(folder, id, path)), { recursive: true });
        await writeFile(join(folder, id, path), text);
      }
      return join(folder, id);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
