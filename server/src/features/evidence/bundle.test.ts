import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { organisationRoutes } from '@proofpix/contract/api/accounts';
import { caseRoutes } from '@proofpix/contract/api/cases';
import { runRoutes } from '@proofpix/contract/api/runs';
import { verifyBundle } from '@proofpix/evidence/verify-bundle';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { exporter, install, judge, reader, writer } from '../runs/test/plugins.ts';
import { photo, runToEnd } from '../runs/test/upload.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
let server: TestServer;
let folder: string;
beforeAll(async () => {
  // As the install builds it.
  if (!existsSync(join(root, 'evidence/dist/verify.html'))) {
    const built = spawnSync(process.execPath, [join(root, 'evidence/build.ts')], { cwd: root, stdio: 'inherit' });
    if (built.status !== 0) throw new Error('The page could not be built.');
  }
  folder = await mkdtemp(join(tmpdir(), 'proofpix-bundle-'));
  server = await startServer();
  for (const plugin of [reader, judge, writer, exporter]) await install(server.owner, plugin);
}, 300_000);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function makeCase(): Promise<{ id: string; runs: string[] }> {
  const runs: string[] = [];
  for (const seed of [1, 2])
    runs.push((await runToEnd(server.owner, { name: `../${seed} ü.png`, bytes: photo(seed) })).id);
  await server.call(runRoutes.export, { params: { id: runs[0] ?? '' }, body: { format: 'json' } });
  await server.call(runRoutes.addNote, { params: { id: runs[0] ?? '' }, body: { text: 'A note' } });
  const { id } = await server.call(caseRoutes.create, { body: { title: 'Storm', reference: 'CL/17', runIds: runs } });
  return { id, runs };
}

async function download(path: string): Promise<Uint8Array> {
  const response = await server.owner.fetch(path);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

const verify = (bytes: Uint8Array, key?: string) =>
  verifyBundle(
    { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) },
    key === undefined ? {} : { key },
  );

describe('the evidence bundle', () => {
  test('of a case passes with the key that the organisation publishes, and fails with one byte changed', async () => {
    const { id } = await makeCase();
    const response = await server.owner.fetch(`/api/cases/${id}/bundle`);
    expect(response.headers.get('content-disposition')).toContain('filename="CL 17.proofpix.zip"');
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { fingerprint, algorithm } = await server.call(organisationRoutes.evidenceKey);
    expect(algorithm).toBe('Ed25519');
    expect(await verify(bytes, fingerprint)).toMatchObject({
      state: 'unchanged',
      summary: { kind: 'case', case: { title: 'Storm', reference: 'CL/17' }, fingerprint },
    });
    for (let position = 0; position < bytes.length; position += 997) {
      const changed = bytes.slice();
      changed[position] = (changed[position] ?? 0) ^ 1;
      expect((await verify(changed)).state, String(position)).toBe('changed');
    }
  }, 120_000);

  test('of a run is checked by the command line, and by standard tools where they are', async () => {
    const { runs } = await makeCase();
    const bytes = await download(`/api/runs/${runs[0]}/bundle`);
    const path = join(folder, 'run.proofpix.zip');
    await writeFile(path, bytes);
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [join(root, 'cli/src/main.ts'), 'verify', ...args], { encoding: 'utf8' });
    const good = run(path);
    expect([good.status, good.stdout.split('\n')[0]], good.stderr).toEqual([0, 'Nothing was changed.']);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    const changed = join(folder, 'changed.zip');
    await writeFile(changed, bytes);
    const bad = run('--json', changed);
    expect([bad.status, JSON.parse(bad.stdout)]).toMatchObject([
      2,
      { state: 'changed', change: { path: expect.any(String) } },
    ]);
    await writeFile(changed, 'no bundle');
    expect(run(changed).status).toBe(1);
    expect(run('--key', '00'.repeat(32), path).status).toBe(2);

    const tools = ['unzip', 'openssl', 'sha256sum', 'jq'].every(
      (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
    );
    if (!tools)
      return console.log('The bundle is not checked by standard tools: unzip, openssl, sha256sum or jq is missing.');
    const script = `unzip -q ${path} -d unpacked && cd unpacked
      jq -j .statement attestation.json > statement && jq -r .signature attestation.json | base64 -d > signature
      jq -r .publicKey attestation.json | base64 -d > key.der
      openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in statement -sigfile signature || exit 1
      grep -q "$(sha256sum manifest.json | cut -c1-64)" statement || exit 1
      jq -r '.files[] | .sha256 + "  " + .path' manifest.json | sha256sum --check --quiet`;
    const checked = spawnSync('sh', ['-ec', script], { cwd: folder, encoding: 'utf8' });
    expect(checked.status, checked.stdout + checked.stderr).toBe(0);
  }, 120_000);

  test('ends with the connection, and not as if it were whole, when a stored photo is not what it was', async () => {
    const { runs } = await makeCase();
    const stored = await readdir(join(server.dataDir, 'objects', 'org', server.organisationId));
    const { file } = await server.call(runRoutes.get, { params: { id: runs[1] ?? '' } });
    expect(stored).toContain(file.sha256);
    await writeFile(join(server.dataDir, 'objects', 'org', server.organisationId, file.sha256), 'spoilt');
    const whole = server.owner.fetch(`/api/runs/${runs[1]}/bundle`).then((response) => response.arrayBuffer());
    await expect(whole).rejects.toThrow();
  });

  test('is missing for another organisation, and waits for what is under way', async () => {
    const { id, runs } = await makeCase();
    const { owner } = await server.createOrganisation();
    for (const path of [`/api/cases/${id}/bundle`, `/api/runs/${runs[0]}/bundle`])
      expect((await owner.fetch(path)).status, path).toBe(404);
    const empty = await server.call(caseRoutes.create, { body: { title: 'Empty' } });
    expect((await server.owner.fetch(`/api/cases/${empty.id}/bundle`)).status).toBe(409);
    const page = await fetch(`${server.url}/verify`);
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'; script-src 'sha256-"),
    ]);
  });
});
