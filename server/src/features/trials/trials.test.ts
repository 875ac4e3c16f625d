import { readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trial } from '@proofpix/contract/api/trials';
import { usualPolicy } from '@proofpix/contract/policies';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { problemOf } from '../plugins/test/test-plugins.ts';
import { photo } from '../runs/test/upload.ts';
import { makePublisher, makeReviewer, publish, scanned, submit } from '../submissions/test/publishing.ts';

const publisher = 'trial-makers';
const reaches = `async (input, ctx) => {
  const refused = [];
  for (const [name, call] of Object.entries({
    http: () => ctx.http.get('https://tracker.example/?q=1'),
    storage: () => ctx.storage.set('seen', 1),
    crypto: () => ctx.crypto.digest(),
    oauth: () => ctx.oauth.token('drive'),
    webhooks: () => ctx.webhooks.send('a.b', { seen: true }),
    security: () => ctx.security.report({ title: 'x', severity: 'low' }),
  })) try { await call(); } catch { refused.push(name); }
  const bytes = await ctx.files.read(0, 16);
  await ctx.files.write('note.html', '<b>not run</b>');
  return { metadata: { Refused: refused.join(','), Read: bytes.length, Said: '<img src=x onerror=alert(1)>\\u0000' } };
}`;
const all = ['http', 'crypto', 'storage', 'files', 'webhooks', 'oauth', 'security'];

let server: TestServer;
let maker: TestMember;
let reviewers: TestMember[];
beforeAll(async () => {
  server = await startServer();
  maker = (await server.createOrganisation()).owner;
  reviewers = [await makeReviewer(server), await makeReviewer(server)];
  await makePublisher(maker, publisher);
}, 120_000);
afterAll(() => server?.stop());

/** A release of one hook. */
async function release(id: string, hook: string, permissions: readonly string[] = ['files']) {
  const manifest = {
    id,
    permissions,
    hooks: ['file:process'],
    hosts: permissions.includes('http') ? ['a.example.org'] : [],
  };
  const exports = `hooks: { 'file:process': ${hook} }`;
  const [first, second] = reviewers;
  if (first === undefined || second === undefined) throw new Error('no reviewers');
  const sent = await publish({ owner: maker, reviewer: first }, publisher, { manifest, exports });
  if (sent.state === 'released') return sent;
  await second.call(routes.reviews.claim, { params: { id: sent.id } });
  return second.call(routes.reviews.decide, {
    params: { id: sent.id },
    body: { decision: 'approve', checklist: ['description', 'hosts', 'personal-data', 'findings'] },
  });
}

const of = (plugin: string, version = '1.0.0') => ({ publisher, plugin, version });
const path = (plugin: string) => `/api/marketplace/plugins/${publisher}/${plugin}/releases/1.0.0/trial`;
const sample = (member: TestMember, plugin: string) =>
  member.call(routes.trials.run, { params: of(plugin), body: { sample: 'lake' } });
const send = (member: TestMember, plugin: string, bytes: Uint8Array, name = 'mine.png') => {
  const form = new FormData();
  form.set('photo', new Blob([Buffer.from(bytes)]), name);
  return member.fetch(path(plugin), { method: 'POST', body: form });
};
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );

describe('trying a release', () => {
  test('on a sample shows what it said and did, and what it was refused, and touches nothing of the organisation', async () => {
    await release('reaches-out', reaches, all);
    const { owner } = await server.createOrganisation({ plan: 'enterprise' });
    const tried = await sample(owner, 'reaches-out');
    expect(tried).toMatchObject({
      plugin: 'reaches-out',
      file: { name: 'lake.jpg', type: 'image/jpeg' },
      metadata: { Refused: 'http,storage,crypto,oauth,webhooks,security', Read: 16 },
      files: [{ name: 'note.html', type: 'application/octet-stream', size: 14 }],
      steps: [{ hook: 'file:process', ok: true, error: null }],
    });
    expect(tried.metadata.Said).toBe('<img src=x onerror=alert(1)>\ufffd');
    expect(tried.measurement).toMatchObject({
      photos: 1,
      hosts: ['tracker.example'],
      bytesRead: 16,
      bytesWritten: 14,
      outputs: 1,
      deaths: 0,
      unused: [],
      refused: { 'http.request': 1, 'storage.set': 1, 'oauth.token': 1 },
      answered: { 'files.read': 1, 'files.write': 1 },
    });
    // Not an installation, a run, an event of the security page or a suspension.
    expect((await owner.call(routes.plugins.list)).items).toEqual([]);
    expect((await owner.call(routes.runs.list)).items).toEqual([]);
    expect((await owner.call(routes.security.events)).items).toEqual([]);
    const acts = await owner.call(routes.audit.list, { query: { act: 'release.try' } });
    expect(acts.items).toMatchObject([{ subject: { id: `${publisher}/reaches-out@1.0.0` } }]);
    expect(JSON.stringify(acts)).not.toContain(tried.file.sha256);
  }, 120_000);

  test('on an own photo keeps neither the photo nor what was made of it', async () => {
    await release(
      'only-reads',
      `async (input, ctx) => ({ metadata: { Size: (await ctx.files.read(0, 100_000)).length } })`,
    );
    const { owner, id } = await server.createOrganisation();
    const bytes = photo(4_711);
    const response = await send(owner, 'only-reads', bytes);
    expect(response.status).toBe(200);
    const tried = (await response.json()) as Trial; // checked against its row
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(tried).toMatchObject({ file: { name: 'mine.png', sha256 }, metadata: { Size: bytes.length } });
    const names = await readdir(server.dataDir, { recursive: true });
    expect(names.filter((name) => name.includes(sha256) || name.includes(join('objects', 'org', id)))).toEqual([]);
  }, 120_000);

  test('refuses what is no photo, what is too large, and a form without one', async () => {
    const { owner } = await server.createOrganisation();
    await release('takes-photos', `() => ({})`);
    expect((await problemOf(await send(owner, 'takes-photos', Buffer.from('<script>')))).code).toBe(
      'photo_type_unknown',
    );
    const large = Buffer.concat([photo(), Buffer.alloc(20 * 1024 * 1024)]);
    expect((await problemOf(await send(owner, 'takes-photos', large))).code).toBe('file_too_large');
    const empty = await owner.fetch(path('takes-photos'), { method: 'POST', body: new FormData() });
    expect((await problemOf(empty)).code).toBe('file_missing');
    // None of them holds the turn of whoever tried.
    expect((await sample(owner, 'takes-photos')).steps).toMatchObject([{ ok: true }]);
  }, 120_000);

  test('ends one that hangs, and meanwhile the same person tries no second one', async () => {
    await release('never-ends', `() => { for (;;); }`);
    const { owner } = await server.createOrganisation();
    const [first, second] = await Promise.all([
      sample(owner, 'never-ends').catch((problem: { code: string }) => problem),
      sample(owner, 'never-ends').catch((problem: { code: string }) => problem),
    ]);
    const [refused, tried] = 'code' in first ? [first, second] : [second, first];
    expect(refused).toMatchObject({ code: 'trial_under_way' });
    expect(tried).toMatchObject({ steps: [{ ok: false, error: { code: 'plugin_timeout' } }] });
  }, 120_000);

  test('does not know drafts, and refuses what is withdrawn, killed or denied', async () => {
    const { owner } = await server.createOrganisation({ plan: 'enterprise' });
    await scanned(maker, await submit(maker, { manifest: { id: 'still-draft' } }, { publisher }));
    expect(await refusal(sample(owner, 'still-draft'))).toBe('release_not_found');
    expect(await refusal(sample(maker, 'still-draft'))).toBe('release_not_found');

    await release('comes-and-goes', `() => ({})`);
    await owner.call(routes.policies.put, {
      body: { policy: { ...usualPolicy, rules: [{ effect: 'deny', plugin: 'comes-and-goes' }] } },
    });
    expect(await refusal(sample(owner, 'comes-and-goes'))).toBe('policy_denied');
    const { owner: other } = await server.createOrganisation();
    const reason = 'It reads the wrong tag';
    await maker.call(routes.marketplace.yank, { params: of('comes-and-goes'), body: { reason } });
    expect(await refusal(sample(other, 'comes-and-goes'))).toBe('release_not_found');
    await maker.call(routes.marketplace.yank, { params: of('comes-and-goes'), body: { reason: null } });
    await maker.call(routes.marketplace.kill, { params: of('comes-and-goes'), body: { reason } });
    expect(await refusal(sample(other, 'comes-and-goes'))).toBe('package_killed');
  }, 120_000);
});

describe('the measurement of a release', () => {
  const read = (plugin: string) => maker.call(routes.trials.measurement, { params: of(plugin) });
  const measured = (plugin: string) =>
    expect.poll(async () => (await read(plugin)).state, { timeout: 100_000 }).not.toBe('waiting');

  test('is made once when it is first asked for, and says what it asks for and was not seen to use', async () => {
    await release('asks-much', `async (input, ctx) => { await ctx.files.read(0, 8); return {}; }`, ['files', 'http']);
    expect(await read('asks-much')).toMatchObject({ state: 'waiting', measurement: null, reason: null });
    await measured('asks-much');
    const once = await read('asks-much');
    expect(once).toMatchObject({
      state: 'measured',
      measurement: { unused: ['http'], hosts: [], bytesRead: 8, answered: { 'files.read': 1 }, refused: {} },
    });
    expect(await read('asks-much')).toEqual(once);
  }, 120_000);

  test('says why there is none', async () => {
    await release('breaks-at-once', `() => { throw new Error('no'); }`);
    await read('breaks-at-once');
    await measured('breaks-at-once');
    expect(await read('breaks-at-once')).toMatchObject({
      state: 'failed',
      measurement: null,
      reason: expect.stringContaining('None of its hooks answered'),
    });
  }, 120_000);
});

describe('the parts of a release', () => {
  test('name its signers, its packages and a file for other programs', async () => {
    await release('has-parts', `() => ({})`);
    const { owner } = await server.createOrganisation();
    const parts = await owner.call(routes.trials.parts, { params: of('has-parts') });
    expect(parts).toMatchObject({ components: [], signers: [{ role: 'marketplace' }] });
    expect(JSON.parse(parts.signatureFile)).toMatchObject({ format: 'proofpix-signatures-1' });
    const response = await owner.fetch(`/api/marketplace/plugins/${publisher}/has-parts/releases/1.0.0/sbom`);
    expect(response.headers.get('content-type')).toContain('cyclonedx');
    expect(await response.json()).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(await refusal(owner.call(routes.trials.parts, { params: of('has-parts', '9.9.9') }))).toBe(
      'release_not_found',
    );
  }, 120_000);
});
