import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import type { RouteQuery } from '@proofpix/contract/route';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { saveListing, type CachedListing } from '../queries.ts';
import { countUseOf } from './keep-counting-use.ts';
import { openDiscovery } from './open-discovery.ts';
import { searchListings } from './search-listings.ts';
import { fillCatalog, makeCatalog, type MadeListing } from './test/catalog.ts';
import { judgedQueries, ndcg } from './test/queries.ts';

type Query = RouteQuery<typeof marketplaceRoutes.search>;

let server: TestServer;
let owner: TestMember;
let catalog: MadeListing[];

beforeAll(async () => {
  server = await startServer();
  owner = (await server.createOrganisation()).owner;
  catalog = makeCatalog(2_000);
  await fillCatalog(server.db, catalog);
}, 300_000);
afterAll(() => server?.stop());

const search = (query: Query) => owner.call(marketplaceRoutes.search, { query });
const nameOf = ({ publisher, pluginId }: { publisher: string; pluginId: string }) => `${publisher}/${pluginId}`;

const plain: CachedListing = {
  name: 'Nothing else',
  description: 'A plugin that a test lists beside the others.',
  type: 'utility',
  category: 'other',
  readme: null,
};
const list = (pluginId: string, listing: Partial<CachedListing>, publisher = 'quiet-works') =>
  asSystem(server.db, 'fill-marketplace', (tx) =>
    saveListing(tx, {
      source: 'marketplace',
      publisher,
      pluginId,
      version: '1.0.0',
      featured: false,
      archivePath: null,
      listing: { ...plain, ...listing },
    }),
  );

test('sixty searches with known answers find the same on both databases, and find what was meant', async () => {
  const byName = new Map(catalog.map((made) => [nameOf(made), made]));
  const scores: number[] = [];
  const found: string[] = [];
  for (const { query, grade } of judgedQueries(catalog)) {
    const { items, searched, total } = await search({ ...query, limit: 10 });
    const grades = items.map((item) => {
      const made = byName.get(nameOf(item));
      return made === undefined ? 0 : grade(made);
    });
    const score = ndcg(grades, catalog.map(grade));
    if (score !== null) scores.push(score);
    found.push(`${JSON.stringify(query)} ${searched} ${total}: ${items.map(({ pluginId }) => pluginId).join(' ')}`);
  }
  expect(found).toHaveLength(60);
  expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeGreaterThan(0.9);
  // The same file on either database.
  await expect(found.join('\n')).toMatchFileSnapshot('./test/found.snapshot.txt');
});

test('the points that are explained sum to the score, and the score makes the order', async () => {
  for (const q of ['gps', 'gps map', 'wether', 'Lumen', 'sensor fingerprint of the camera']) {
    const { items } = await search({ q, explain: true, limit: 50 });
    expect(items.length, q).toBeGreaterThan(0);
    const scores = items.map(({ explanation }) => {
      const sum = explanation?.terms.reduce((all, { points }) => all + points, 0);
      expect(explanation?.score, q).toBe(sum);
      return explanation?.score ?? 0;
    });
    expect(scores, q).toEqual(scores.toSorted((a, b) => b - a));
  }
  const [silent] = (await search({ q: 'gps' })).items;
  expect(silent).not.toHaveProperty('explanation');
});

test('pages follow each other without gap or repetition in every order', async () => {
  for (const sort of ['relevance', 'new', 'name', 'most-used', 'trending'] as const) {
    const query = { q: 'weather', sort };
    const all = (await search({ ...query, limit: 100 })).items.map(nameOf);
    const seen: string[] = [];
    let cursor: string | null = null;
    while (seen.length < all.length) {
      const page: Awaited<ReturnType<typeof search>> = await search({
        ...query,
        limit: 17,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.items.map(nameOf));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(seen.slice(0, all.length), sort).toEqual(all);
    expect(new Set(seen).size, sort).toBe(seen.length);
  }
  // One of another order is none of this one.
  const byName = await search({ sort: 'name', limit: 1 });
  const crossed = await owner.fetch(`/api/plugins/marketplace/search?cursor=${byName.nextCursor}`);
  expect(crossed.status).toBe(400);
  expect(await crossed.json()).toMatchObject({ errors: [{ field: 'cursor' }] });
});

describe('facets', () => {
  test('say how many each value would leave, with all other filters as they are', async () => {
    const both = await search({ q: 'gps', type: ['analyzer', 'utility'], verdict: ['pass'] });
    for (const { value, count } of both.facets.type) {
      const narrowed = await owner.fetch(`/api/plugins/marketplace/search?q=gps&verdict=pass&type=${value}&limit=1`);
      expect(await narrowed.json(), value).toMatchObject({ total: count });
    }
    // The filter's own values are counted as if it were not set.
    expect(both.facets.type.map(({ value }) => value)).toContain('processor');
    expect(both.facets.publisher.every(({ count }) => count > 0)).toBe(true);
    const [most] = both.facets.publisher;
    const theirs = await search({
      q: 'gps',
      type: ['analyzer', 'utility'],
      verdict: ['pass'],
      publisher: [most?.value ?? ''],
    });
    expect(theirs.total).toBe(most?.count);
    expect(new Set(theirs.items.map(({ publisher }) => publisher))).toEqual(new Set([most?.value]));
    const asking = await search({ permission: ['oauth'], limit: 100 });
    expect(asking.items.every(({ permissions }) => permissions.includes('oauth'))).toBe(true);
  });

  test('take only values that there are', async () => {
    for (const query of [
      'type=sorcerer',
      'permission=root',
      'sort=downloads',
      'publisher=%27%20or%201%3D1',
      'facet=type',
    ]) {
      expect((await owner.fetch(`/api/plugins/marketplace/search?${query}`)).status, query).toBe(400);
    }
  });
});

describe('words', () => {
  test('that occur nowhere are read as those that are near, and it says so', async () => {
    expect(await search({ q: 'wether' })).toMatchObject({ searched: 'weather', didYouMean: 'weather', matched: 'all' });
    expect((await search({ q: 'Lumen wether' })).items[0]?.name).toMatch(/^Lumen/);
    expect(await search({ q: 'xqzkjw' })).toMatchObject({ items: [], total: 0, didYouMean: null });
    expect(await search({ q: '%%%' })).toMatchObject({ items: [], total: 0 });
  });

  test('of which no plugin has all are searched one by one, and it says so', async () => {
    await list('lonely-theremin', { name: 'Lonely theremin' });
    const found = await search({ q: 'theremin steganography' });
    expect(found.matched).toBe('any');
    expect(found.items.map(({ pluginId }) => pluginId)).toContain('lonely-theremin');
  });

  test('are completed while somebody types, and plugins come beside them', async () => {
    const { searches, plugins } = await owner.call(marketplaceRoutes.suggestions, { query: { q: 'GPS wea' } });
    expect(searches).toContain('gps weather');
    expect(plugins.length).toBeGreaterThan(0);
    expect(await owner.call(marketplaceRoutes.suggestions, { query: { q: '"; drop' } })).toMatchObject({ plugins: [] });
  });

  test('of a listing that is gone are suggested to nobody', async () => {
    await list('rude-plugin', { name: 'Zwiebelfisch one', keywords: ['zwiebelfisch'] });
    const suggested = async () => (await owner.call(marketplaceRoutes.suggestions, { query: { q: 'zwieb' } })).searches;
    expect(await suggested()).toEqual(['zwiebelfisch']);
    await list('rude-plugin', { name: 'Another name' });
    expect(await suggested()).toEqual([]);
  });

  test('are found the same where the database has no trigrams', async () => {
    const discovery = await openDiscovery(server.db);
    expect(discovery.trigrams).toBe(true);
    for (const q of ['exxif', 'wether', 'depfake', 'cehcksum', 'gsp', 'thumbnial']) {
      const without = await searchListings(
        { ...(await openDiscovery(server.db)), trigrams: false },
        owner.organisationId,
        { q },
      );
      const { searched } = await search({ q });
      expect(without.searched, q).toBe(searched);
      expect(searched, q).not.toBe(q);
    }
  });
});

describe('an attacker', () => {
  /** Days of use of an organisation, as the host would have written them. */
  async function use(
    member: TestMember,
    { publisher, pluginId }: { publisher: string; pluginId: string },
    days: number,
    hook = 'file:process',
  ) {
    await asSystem(server.db, 'write-metrics', async (tx) => {
      const { id } = await tx
        .insertInto('plugins')
        .values({
          organisation_id: member.organisationId,
          source: 'marketplace',
          publisher,
          plugin_id: pluginId,
          version: '1.0.0',
          manifest: JSON.stringify({
            id: pluginId,
            name: pluginId,
            version: '1.0.0',
            type: 'utility',
            category: 'other',
          }),
          digest: 'a'.repeat(64),
          archive_digest: 'b'.repeat(64),
          size: 1,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      for (let day = 1; day <= days; day += 1) {
        await sql`insert into plugin_metrics (organisation_id, installation_id, day, hook, calls)
          values (${member.organisationId}, ${id}, (now() at time zone 'utc')::date - ${day}::integer, ${hook}, 1000)`.execute(
          tx,
        );
      }
    });
  }
  const explained = async (pluginId: string) => {
    const { items } = await search({ q: 'ballotbox', explain: true });
    return items.find((item) => item.pluginId === pluginId);
  };

  test('who downloads by script, installs without using it, or uses it alone, moves no order', async () => {
    await list('ballotbox-a', { name: 'Ballotbox honest' });
    await list('ballotbox-b', { name: 'Ballotbox stuffed' });
    const before = (await search({ q: 'ballotbox', explain: true })).items.map(({ pluginId, explanation }) => ({
      pluginId,
      explanation,
    }));
    await asSystem(server.db, 'fill-marketplace', (tx) =>
      tx
        .updateTable('plugin_marketplace_cache')
        .set({ downloads: 1_000_000 })
        .where('plugin_id', '=', 'ballotbox-b')
        .execute(),
    );
    const stuffed = { publisher: 'quiet-works', pluginId: 'ballotbox-b' };
    await use(owner, stuffed, 30);
    for (let index = 0; index < 4; index += 1) {
      // Loaded every day, and never used.
      await use((await server.createOrganisation()).owner, stuffed, 30, 'initialize');
    }
    // Tried once.
    for (let index = 0; index < 3; index += 1) await use((await server.createOrganisation()).owner, stuffed, 1);
    await countUseOf(server.db, new Date());
    const after = (await search({ q: 'ballotbox', explain: true })).items;
    expect(after.map(({ pluginId, explanation }) => ({ pluginId, explanation }))).toEqual(before);
    expect(after.find(({ pluginId }) => pluginId === 'ballotbox-b')).toMatchObject({ downloads: 1_000_000, usedBy: 0 });
    for (const sort of ['most-used', 'trending'] as const)
      expect((await search({ q: 'ballotbox', sort })).items[0]?.pluginId, sort).toBe('ballotbox-a');
  });

  test('is outdone by three organisations that really use a plugin', async () => {
    await list('ballotbox-c', { name: 'Ballotbox used' });
    for (let index = 0; index < 3; index += 1)
      await use((await server.createOrganisation()).owner, { publisher: 'quiet-works', pluginId: 'ballotbox-c' }, 5);
    await countUseOf(server.db, new Date());
    const used = await explained('ballotbox-c');
    expect(used).toMatchObject({ usedBy: 3, trending: true });
    expect(used?.explanation?.terms).toContainEqual({ term: 'use', points: 10 });
    expect((await search({ q: 'ballotbox' })).items[0]?.pluginId).toBe('ballotbox-c');
    expect((await search({ sort: 'trending', q: 'ballotbox' })).items[0]?.pluginId).toBe('ballotbox-c');
  });

  test('who takes the word that others mistype does not keep them from what they meant', async () => {
    await list('wether-plugin', { name: 'Wether', keywords: ['wether'] });
    expect(await search({ q: 'wether' })).toMatchObject({ searched: 'wether', didYouMean: 'weather' });
  });

  test('who repeats a word in a listing gains nothing by it, and its readme is not searched', async () => {
    await list('modest-owl', { name: 'Owlgauge' });
    await list('noisy-owl', {
      name: 'Owlgauge owlgauge owlgauge',
      keywords: ['owlgauge', 'owlgauge tool'],
      description: 'owlgauge '.repeat(50),
      readme: 'owlgauge nightingale '.repeat(500),
    });
    const { items } = await search({ q: 'owlgauge', explain: true });
    expect(items.map(({ pluginId }) => pluginId)).toEqual(['modest-owl', 'noisy-owl']);
    expect((await search({ q: 'nightingale' })).items).toEqual([]);
  });

  test('cannot type in a query language, whatever it is', async () => {
    for (const q of ["' or 1=1 --", 'a & b | !c <-> d:*', '\\', '( (', ':*', '🦊', 'ﬁle', `${'x'.repeat(199)}`]) {
      const reply = await owner.fetch(`/api/plugins/marketplace/search?q=${encodeURIComponent(q)}`);
      expect(reply.status, q).toBe(200);
    }
    expect((await owner.fetch(`/api/plugins/marketplace/search?q=%00`)).status).toBe(400);
    expect((await owner.fetch(`/api/plugins/marketplace/search?q=${'x'.repeat(201)}`)).status).toBe(400);
  });
});

test('a plugin lists others that share words, hooks, category and type, and never itself', async () => {
  await list('sextant-one', {
    name: 'Sextant reader',
    keywords: ['sextant', 'stars'],
    category: 'security',
    hooks: ['file:process'],
  });
  await list('sextant-two', {
    name: 'Sextant checker',
    keywords: ['sextant', 'stars'],
    category: 'security',
    hooks: ['file:process'],
  });
  await list('sextant-three', { name: 'Sextant other', keywords: ['sextant'] });
  const params = { publisher: 'quiet-works', plugin: 'sextant-one' };
  const { items } = await owner.call(marketplaceRoutes.similar, { params });
  expect(items.map(({ pluginId }) => pluginId).slice(0, 2)).toEqual(['sextant-two', 'sextant-three']);
  const unknown = { publisher: 'quiet-works', plugin: 'not-there' };
  await expect(owner.call(marketplaceRoutes.similar, { params: unknown })).rejects.toMatchObject({
    code: 'release_not_found',
  });
});

test('replies are kept until the catalog changes, for everybody, and how often is told to the operator alone', async () => {
  const metrics = () => server.call(marketplaceRoutes.cacheMetrics);
  const stranger = (await server.createOrganisation()).owner;
  await search({ q: 'larkspur kit' });
  const before = await metrics();
  await search({ q: 'larkspur kit' });
  await stranger.call(marketplaceRoutes.search, { query: { q: 'larkspur kit' } });
  const after = await metrics();
  expect(after).toMatchObject({ hits: before.hits + 2, misses: before.misses, catalogVersion: before.catalogVersion });
  expect(after.hitRatio).toBeCloseTo(after.hits / (after.hits + after.misses));
  expect(after.bytes).toBeGreaterThan(0);
  await list('larkspur-kit-new', { name: 'Larkspur kit' });
  const found = await search({ q: 'larkspur kit' });
  expect(found.items[0]?.pluginId).toBe('larkspur-kit-new');
  expect(await metrics()).toMatchObject({ misses: after.misses + 1, drops: after.drops + 1 });
  await expect(owner.call(marketplaceRoutes.cacheMetrics)).rejects.toMatchObject({ code: 'access_denied' });
});
