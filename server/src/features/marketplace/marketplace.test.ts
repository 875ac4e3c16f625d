import { afterAll, beforeAll, expect, test } from 'vitest';
import { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import { asSystem } from '../../db/tenancy.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { ended } from '../plugins/test/test-plugins.ts';

let server: TestServer;
let owner: TestMember;

beforeAll(async () => {
  server = await startServer();
  owner = (await server.createOrganisation({ plan: 'enterprise' })).owner;
});
afterAll(() => server?.stop());

const search = (query: object) => owner.call(marketplaceRoutes.search, { query });
const install = (member: TestMember, body: object) =>
  member.fetch('/api/plugins/install', {
    method: 'POST',
    body: JSON.stringify({ publisher: 'proofpix', pluginId: 'exif-reader', ...body }),
    headers: { 'content-type': 'application/json' },
  });

test('the first-party plugins are listed, featured, and found by words and by beginnings of words', async () => {
  const { items } = await owner.call(marketplaceRoutes.featured);
  expect(items.map(({ pluginId }) => pluginId)).toContain('exif-reader');
  for (const q of ['exif', 'EXI', 'metad', 'exif metadata', 'proofpix', "exif' or 1=1 & | ! :* --"]) {
    const found = (await search({ q })).items.map(({ pluginId }) => pluginId);
    if (!q.includes('--')) expect(found, q).toContain('exif-reader');
  }
  expect((await search({ q: 'nosuchwordanywhere' })).items).toEqual([]);
  expect((await search({ q: '%%%' })).items).toEqual([]);
  const everything = await search({});
  expect(everything.total).toBe(everything.items.length);
  expect((await search({ permission: 'files' })).items.map(({ pluginId }) => pluginId)).toContain('exif-reader');
  expect((await search({ permission: 'oauth' })).items.map(({ pluginId }) => pluginId)).toEqual(['slack-report']);
  expect((await search({ permission: 'security' })).items).toEqual([]);
});

test('a release is installed through the same intake, counted, and marked as installed for that organisation only', async () => {
  const listed = async (member: TestMember) => {
    const { items } = await member.call(marketplaceRoutes.search, { query: { q: 'exif' } });
    return items.find(({ pluginId }) => pluginId === 'exif-reader');
  };
  const before = await listed(owner);
  expect(before).toMatchObject({ installed: false, source: 'bundled', publisher: 'proofpix' });
  // Four others had it before, which nobody is told.
  await asSystem(server.db, 'fill-marketplace', (tx) =>
    tx.updateTable('plugin_marketplace_cache').set({ downloads: 4 }).where('plugin_id', '=', 'exif-reader').execute(),
  );
  expect(await listed(owner)).toMatchObject({ downloads: 0 });
  const response = await install(owner, { version: before?.version, grants: 'requested', autoLoad: true });
  expect(await ended(owner, response)).toMatchObject({
    plugin: { id: 'exif-reader', source: 'bundled', publisher: 'proofpix', state: 'loaded' },
  });
  expect((await install(owner, {})).status).toBe(200);
  expect(await listed(owner)).toMatchObject({ installed: true, downloads: 5 });
  const { owner: stranger } = await server.createOrganisation({ plan: 'enterprise' });
  expect(await listed(stranger)).toMatchObject({ installed: false });
});

test('another publisher, plugin or version does not exist', async () => {
  for (const body of [{ publisher: 'someone' }, { pluginId: 'exif-writer' }, { version: '99.0.0' }]) {
    const response = await install(owner, body);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'release_not_found' });
  }
});

test('pages of a search follow each other without gap or repetition', async () => {
  const all = (await search({ limit: 100 })).items.map(({ pluginId }) => pluginId);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof search>> = await search({ limit: 1, ...(cursor === null ? {} : { cursor }) });
    seen.push(...page.items.map(({ pluginId }) => pluginId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(all);
  const broken = await owner.fetch('/api/plugins/marketplace/search?cursor=bm90');
  expect(broken.status).toBe(400);
});
