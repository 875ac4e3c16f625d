import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { verifyBundle } from '@proofpix/evidence/verify-bundle';
import { samplePhoto } from '../runs/sample-photo.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { install } from '../plugins/test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);

async function runPhoto(owner: TestMember, fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.append('file', new Blob([Buffer.from(await samplePhoto())]), 'seen.jpg');
  const response = await owner.fetch('/api/runs', { method: 'POST', body: form });
  if (!response.ok) return { refused: response.status };
  const { runs } = (await response.json()) as { runs: { id: string }[] }; // the row says so
  const id = runs[0]?.id ?? '';
  await expect
    .poll(async () => (await owner.call(routes.runs.get, { params: { id } })).state, { timeout: 60_000 })
    .toBe('done');
  return owner.call(routes.runs.get, { params: { id } });
}

const drawer = {
  manifest: { id: 'drawer', permissions: ['files'], hooks: ['file:process'], type: 'processor' },
  exports: `hooks: { 'file:process': async ({ file }, ctx) => {
    await ctx.files.write('small.txt', 'of ' + file.name);
    return { metadata: { Seen: 'yes' } };
  } }`,
};

test(
  'a photo goes right after its run where it was asked for, and digest, results and a checkable bundle stay',
  { timeout: 90_000 },
  async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, drawer);
    const kept = await runPhoto(owner);
    if ('refused' in kept) throw new Error('The first photo was refused.');
    const object = (sha256: string) => existsSync(join(server.dataDir, 'objects', 'org', owner.organisationId, sha256));
    expect([kept.photoDeletedAt, object(kept.file.sha256)]).toEqual([undefined, true]);
    const derived = kept.files[0]?.sha256 ?? '';
    expect(object(derived)).toBe(true);

    const gone = await runPhoto(owner, { deletePhoto: 'true' });
    if ('refused' in gone) throw new Error('The second photo was refused.');
    expect(gone.photoDeletedAt).toEqual(expect.any(String));
    expect(gone.metadata.Seen).toBe('yes');
    // The other run has the same bytes, and they are its own.
    expect(object(gone.file.sha256)).toBe(true);
    const params = { id: gone.id };
    expect((await owner.fetch(`/api/runs/${gone.id}/photo`)).status).toBe(410);
    expect((await owner.fetch(`/api/runs/${gone.id}/files/small.txt`)).status).toBe(404);
    await owner.call(routes.runs.remove, { params: { id: kept.id } });
    expect([object(gone.file.sha256), object(derived)]).toEqual([false, false]);

    const acts = await owner.call(routes.audit.list, { query: { act: 'run.delete-photo' } });
    expect(acts.items).toMatchObject([{ subject: { kind: 'run', id: gone.id }, before: { sha256: gone.file.sha256 } }]);
    {
      const bundle = await owner.fetch(`/api/runs/${gone.id}/bundle`);
      const bytes = Buffer.from(await bundle.arrayBuffer());
      const source = {
        size: bytes.length,
        read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
      };
      expect((await verifyBundle(source)).state).toBe('unchanged');
      const text = bytes.toString('latin1');
      expect(text).toContain('photoDeletedAt');
      expect(text).not.toContain('exhibits/1/photo');
    }
    await expect
      .poll(async () => (await owner.call(routes.privacy.notices)).items.map(({ kind }) => kind), { timeout: 30_000 })
      .toEqual(expect.arrayContaining(['run', 'photo']));
    expect(await owner.call(routes.runs.get, { params }).catch(codeOf)).toMatchObject({ id: gone.id });
  },
);

test(
  'an organisation has all photos go, but for those that whoever sends them keeps',
  { timeout: 90_000 },
  async () => {
    const { owner } = await server.createOrganisation();
    await owner.call(routes.privacy.change, { body: { retention: {}, deletePhotos: true, controller: {} } });
    expect(await runPhoto(owner)).toMatchObject({ photoDeletedAt: expect.any(String) as string });
    expect(await runPhoto(owner, { deletePhoto: 'false' })).not.toHaveProperty('photoDeletedAt');
    expect(await runPhoto(owner, { deletePhoto: 'perhaps' })).toEqual({ refused: 400 });
  },
);
