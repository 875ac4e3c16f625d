import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import type { Run } from '@proofpix/contract/runs';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';
import { startServer, type TestServer } from '../../server/test/start-server.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const realPhotos = join(root, '../shared/photos');
const realNames = [
  'exiftool-Canon.jpg',
  'mei-HTC-Desire.webp',
  'exiftool-DNG.dng',
  'derived-truncated60-empty-imagedesc-in-ifd0.jpg',
];

let server: TestServer;
let folder: string;

beforeAll(async () => {
  server = await startServer({ firstPlugins: true });
  folder = await mkdtemp(join(tmpdir(), 'proofpix-equal-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A run without what must differ: ids and times. */
function comparable(run: Run): unknown {
  return JSON.parse(JSON.stringify(run), (key, value: unknown) =>
    ['id', 'batchId', 'createdAt', 'startedAt', 'finishedAt', 'milliseconds'].includes(key) ? undefined : value,
  );
}

/** The plugins of a first start in the order in which the server installed them: it decides about equal priorities. */
async function installedPlugins(): Promise<string[]> {
  const { items } = await server.call(routes.plugins.list, { query: { limit: 100 } });
  return items.sort((a, b) => (a.installedAt < b.installedAt ? -1 : 1)).map(({ id }) => id);
}

/** Those that answer from the photo alone: one remembers photos, one signs with a key that each side has its own of. */
async function comparedPlugins(): Promise<string[]> {
  return (await installedPlugins()).filter((id) => id !== 'photo-fingerprint' && id !== 'evidence-hash');
}

async function onTheCommandLine(photo: string): Promise<Run> {
  const bin = join(root, 'cli/bin/proofpix.mjs');
  const plugins = (await comparedPlugins()).flatMap((id) => ['--plugin', id]);
  const args = [bin, 'run', photo, '--json', '--no-bundled', ...plugins];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 });
  return JSON.parse(stdout) as Run;
}

async function onTheServer(photo: string, plugins?: readonly string[]): Promise<Run> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(await readFile(photo))]), basename(photo));
  if (plugins !== undefined) form.set('plugins', plugins.join(','));
  const created = await server.call(routes.runs.create, { form });
  const id = created.runs[0]?.id ?? '';
  // The stream of events ends after the run has finished.
  await (await server.owner.fetch(`/api/runs/${id}/events`)).text();
  return server.call(routes.runs.get, { params: { id } });
}

async function expectEqual(photo: string): Promise<void> {
  const [local, remote] = [await onTheCommandLine(photo), await onTheServer(photo, await comparedPlugins())];
  expect(remote.state).toBe('done');
  expect(comparable(local)).toEqual(comparable(remote));
  // Not only equal: the same text, key by key.
  expect(JSON.stringify(comparable(local))).toBe(JSON.stringify(comparable(remote)));
}

describe('proofpix run and the server', () => {
  test('begin with the same plugins: those that come with ProofPix and work alone', async () => {
    const photo = join(folder, 'first.jpg');
    await writeFile(photo, makeSamplePhoto());
    const args = [join(root, 'cli/bin/proofpix.mjs'), 'run', photo, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 });
    const { plugins } = JSON.parse(stdout) as Run;
    const { plugins: installed } = await onTheServer(photo);
    expect(plugins.toSorted()).toEqual(installed.toSorted());
  });

  test('say the same of a photo, digests of input and output included', async () => {
    const photo = join(folder, 'sample.jpg');
    await writeFile(photo, makeSamplePhoto());
    await expectEqual(photo);
  });

  if (!existsSync(realPhotos)) console.log(`SKIPPED: ${realPhotos} is absent, real photos are not compared`);
  test.skipIf(!existsSync(realPhotos)).each(realNames)('say the same of the real photo %s', async (name) => {
    await expectEqual(join(realPhotos, name));
  });
});
