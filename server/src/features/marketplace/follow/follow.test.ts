import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSigningKey, readSigningKey } from '@proofpix/signatures/keys';
import { expiryText, metadataBytes, parseMetadata, signMetadata } from '@proofpix/signatures/trust/metadata';
import { makeRoot } from '@proofpix/signatures/trust/root';
import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../../db/tenancy.ts';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { ended, install as upload, packTestPlugin, upload as send } from '../../plugins/test/test-plugins.ts';
import { makePublisher, makeReviewer, publish } from '../../submissions/test/publishing.ts';

const publisher = 'acme-labs';
const plugin = 'far-reader';
/** For what never comes; a busy machine is slow. */
const reachable = 30_000;

/** What lies between the two servers: passes everything on until a test makes it lie, or break off. */
async function openMirror(origin: () => string) {
  const mirror = {
    url: '',
    down: false,
    /** Gives other bytes in the place of those of the marketplace; null: none. */
    change: async (_path: string, bytes: Buffer): Promise<Buffer | null> => bytes,
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (mirror.down) return void request.socket.destroy();
    fetch(origin() + path)
      .then(async (answer) => {
        const bytes = await mirror.change(path, Buffer.from(await answer.arrayBuffer()));
        response.writeHead(bytes === null ? 404 : answer.status).end(bytes ?? '');
      })
      .catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  mirror.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { mirror, close };
}

let market: TestServer;
let vendor: TestMember;
let reviewer: TestMember;
let server: TestServer;
let mirror: Awaited<ReturnType<typeof openMirror>>['mirror'];
let closeMirror: () => void;
let source: string;
beforeAll(async () => {
  market = await startServer();
  vendor = (await market.createOrganisation()).owner;
  reviewer = await makeReviewer(market);
  await makePublisher(vendor, publisher);
  await publish({ owner: vendor, reviewer }, publisher, { manifest: { id: plugin } });
  ({ mirror, close: closeMirror } = await openMirror(() => market.url));
  server = await startServer({ environment: { MARKETPLACE_URL: mirror.url } });
  source = `marketplace:${new URL(mirror.url).host}`;
});
afterAll(async () => {
  await server?.stop();
  closeMirror?.();
  await market?.stop();
});

const followed = async () => (await server.call(routes.marketplace.followed)).followed;
const state = async () => (await followed())?.state;
const problem = async () => (await followed())?.problem?.code;
const found = async (q: string) => (await server.call(routes.marketplace.search, { query: { q } })).items;
const theirs = async (q = plugin) => (await found(q)).find((each) => each.source === source && each.pluginId === q);
const listing = () => server.call(routes.marketplace.listing, { params: { publisher, plugin }, query: { source } });
const installed = () => server.call(routes.plugins.get, { params: { id: plugin } });
const install = async (body: object) =>
  ended(
    server.owner,
    await server.owner.fetch('/api/plugins/install', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ publisher, pluginId: plugin, grants: 'requested', autoLoad: true, ...body }),
    }),
  );
const load = () => server.call(routes.plugins.load, { params: { id: plugin } });
const kill = (kind: 'plugin' | 'version' | 'publisher', value: string) =>
  market.call(routes.trust.kill, { body: { kind, value, reason: 'It sends photos away' } });
const lift = (id: string) => market.call(routes.trust.lift, { params: { id }, body: { reason: 'It was mended' } });
const follows = () => expect.poll(state, { timeout: 45_000 }).toBe('following');

describe('a server that uses the marketplace of another one', () => {
  test('shows what is released there with its source, and says whose root it believes', async () => {
    await expect
      .poll(() => theirs(), { timeout: reachable })
      .toMatchObject({ source, publisher, version: '1.0.0', verdict: 'pass' });
    await follows();
    const there = await market.call(routes.trust.state);
    expect(await followed()).toMatchObject({
      state: 'following',
      problem: null,
      root: { sha256: there.root.sha256, version: 1, trustedBy: 'first-use' },
    });
    expect(await listing()).toMatchObject({ source, offered: '1.0.0', releases: [{ version: '1.0.0', yanked: null }] });
  });

  test('installs from it by its source alone, and checks what it signed', async () => {
    // Dependency confusion: a name without a source is ours, and we have none of it.
    expect(await install({})).toMatchObject({ code: 'release_not_found' });
    expect(await install({ source: 'marketplace:elsewhere.example' })).toMatchObject({ code: 'release_not_found' });
    const signature = { state: 'account', publisher, countersigned: { verdict: 'accepted' } };
    expect(await install({ source })).toMatchObject({ plugin: { source, publisher, state: 'loaded', signature } });
    expect(await theirs()).toMatchObject({ installed: true });
  });

  test('gets nothing of what costs money there: it would have no licence', async () => {
    const sold = 'sold-reader';
    await publish({ owner: vendor, reviewer }, publisher, { manifest: { id: sold } });
    await expect.poll(() => theirs(sold), { timeout: reachable }).toMatchObject({ pluginId: sold });
    const { archive_digest: digest } = await asSystem(market.db, 'releases', (tx) =>
      tx.selectFrom('releases').select('archive_digest').where('plugin_id', '=', sold).executeTakeFirstOrThrow(),
    );
    const archive = () => fetch(`${market.url}/api/marketplace/archives/${digest}`);
    expect((await archive()).status).toBe(200);
    const price = { kind: 'one-time', amount: 900, currency: 'EUR', trialDays: 0 } as const;
    const setPrice = (body: typeof price | { kind: 'free'; amount: 0; currency: 'EUR'; trialDays: 0 }) =>
      vendor.call(routes.revenue.setPrice, { params: { publisher, plugin: sold }, body });
    await setPrice(price);
    expect((await archive()).status).toBe(404);
    await expect.poll(() => theirs(sold), { timeout: reachable }).toBeUndefined();
    expect(await install({ source, pluginId: sold })).toMatchObject({ code: 'release_not_found' });
    await setPrice({ ...price, kind: 'free', amount: 0 });
    await expect.poll(() => theirs(sold), { timeout: reachable }).toMatchObject({ pluginId: sold });
  });

  test('takes nobody here for a publisher there', async () => {
    await makePublisher(server.owner, publisher);
    // Our list speaks of our publisher of that name.
    const { id } = await server.call(routes.trust.kill, {
      body: { kind: 'publisher', value: publisher, reason: 'Ours was stolen' },
    });
    expect(await installed()).toMatchObject({ state: 'loaded', killed: null });
    await server.call(routes.trust.lift, { params: { id }, body: { reason: 'It is back' } });
    const other = await packTestPlugin({ manifest: { id: plugin, version: '9.0.0' } });
    expect(await ended(server.owner, await send(server.owner, other, {}))).toMatchObject({ code: 'plugin_id_taken' });
  });

  test('lets it end nothing that came from elsewhere', async () => {
    await upload(server.owner, { manifest: { id: 'of-ours' } });
    const ours = await kill('plugin', 'of-ours');
    const its = await kill('plugin', plugin);
    // Both came with one list.
    await expect.poll(installed, { timeout: reachable }).toMatchObject({ killed: expect.any(String) });
    expect(await server.call(routes.plugins.get, { params: { id: 'of-ours' } })).toMatchObject({
      state: 'loaded',
      killed: null,
    });
    await lift(ours.id);
    await lift(its.id);
    await expect.poll(installed, { timeout: reachable }).toMatchObject({ killed: null });
    await load();
  });

  test(
    'hears of a yank and a kill twenty times, and says how soon: five seconds are promised',
    { timeout: 400_000 },
    async () => {
      const release = { params: { publisher, plugin, version: '1.0.0' } };
      const yank = (reason: string | null) => vendor.call(routes.marketplace.yank, { ...release, body: { reason } });
      const isYanked = async () => (await listing()).releases[0]?.yanked?.reason ?? null;
      const took: { yank: number[]; kill: number[] } = { yank: [], kill: [] };
      const within = async (of: number[], check: () => Promise<boolean>) => {
        const start = performance.now();
        await expect.poll(check, { timeout: reachable, interval: 25 }).toBe(true);
        of.push(performance.now() - start);
      };
      for (let round = 1; round <= 20; round += 1) {
        await yank(`Round ${round}`);
        await within(took.yank, async () => (await isYanked()) === `Round ${round}` && (await theirs()) === undefined);
        const { id } = await kill('version', `${publisher}/${plugin}@1.0.0`);
        await within(took.kill, async () => {
          const { state: now, killed } = await installed();
          return now === 'failed' && killed !== null;
        });
        await Promise.all([yank(null), lift(id)]);
        await expect.poll(installed, { timeout: reachable }).toMatchObject({ killed: null });
        await expect.poll(() => theirs(), { timeout: reachable }).toBeDefined();
        await load();
      }
      for (const [name, values] of Object.entries(took)) {
        const sorted = values.map(Math.round).sort((one, other) => one - other);
        console.log(`${name}: median ${sorted[9]} ms, p95 ${sorted[18]} ms, longest ${sorted[19]} ms`);
      }
    },
  );
});

describe('a mirror in between', () => {
  const honest = async (_path: string, bytes: Buffer) => bytes;
  const tampered = (part: RegExp) => async (path: string, bytes: Buffer) =>
    part.test(path) ? Buffer.from(bytes.toString('latin1').replace(/[0-9](?=[^0-9]*$)/, '7'), 'latin1') : bytes;

  test.each([
    ['kill list', /kill-list\.json$/, 'altered'],
    ['catalog', /catalog-[0-9a-f]{2}\.json$/, 'altered'],
    ['timestamp', /timestamp\.json$/, 'too_few_signatures'],
  ])('that changes the %s is refused, and what was known stays', async (what, part, code) => {
    mirror.change =
      what === 'timestamp' ? async (path, bytes) => (part.test(path) ? later(bytes) : bytes) : tampered(part);
    // So that there is something new to be read.
    const { id } = await kill('plugin', `nobodys-${what.replace(' ', '-')}`);
    if (what === 'catalog') await deprecate('Read the next one');
    await expect.poll(problem, { timeout: 45_000 }).toBe(code);
    expect(await theirs()).toMatchObject({ version: '1.0.0' });
    expect((await listing()).releases[0]?.deprecated).toBeNull();
    mirror.change = honest;
    await lift(id);
    if (what === 'catalog') await deprecate(null);
    await follows();
  });

  /** A timestamp that says another version than was signed. */
  function later(bytes: Buffer): Buffer {
    return Buffer.from(bytes.toString().replace(/"version": \d+,/, '"version": 9999,'));
  }

  const deprecate = (reason: string | null) =>
    vendor.call(routes.marketplace.deprecate, { params: { publisher, plugin, version: '1.0.0' }, body: { reason } });

  test('that changes an archive installs nothing', async () => {
    await publish({ owner: vendor, reviewer }, publisher, { manifest: { id: 'river-map' } });
    await expect.poll(() => theirs('river-map'), { timeout: reachable }).toBeDefined();
    mirror.change = async (path, bytes) => (path.includes('/archives/') ? Buffer.from(bytes.map((b) => b ^ 1)) : bytes);
    expect(await install({ source, pluginId: 'river-map' })).toMatchObject({ code: 'marketplace_refused' });
    mirror.change = honest;
    expect((await server.owner.fetch('/api/plugins/river-map')).status).toBe(404);
  });

  test('that shows an older list is refused, however well it was signed', async () => {
    const old = await (await fetch(`${market.url}/api/trust/files/timestamp.json`)).arrayBuffer();
    const { id } = await kill('version', `${publisher}/${plugin}@1.0.0`);
    await expect.poll(installed, { timeout: reachable }).toMatchObject({ killed: expect.any(String) });
    mirror.change = async (path, bytes) => (path.endsWith('/timestamp.json') ? Buffer.from(old) : bytes);
    await expect.poll(problem, { timeout: 45_000 }).toBe('rolled_back');
    expect(await installed()).toMatchObject({ killed: expect.any(String) });
    mirror.change = honest;
    await lift(id);
    await follows();
    await expect.poll(installed, { timeout: reachable }).toMatchObject({ killed: null });
  });

  test('that shows an expired list is refused', async () => {
    const key = readSigningKey(await readFile(join(market.dataDir, 'keys', 'signing.pem'), 'utf8'));
    mirror.change = async (path, bytes) => {
      if (!path.endsWith('/timestamp.json')) return bytes;
      const metadata = parseMetadata('timestamp', bytes, 'timestamp.json');
      Object.assign(metadata.signed, {
        version: metadata.signed.version + 1,
        expires: expiryText(new Date(Date.now() - 1_000)),
      });
      signMetadata(metadata, [key]);
      return Buffer.from(metadataBytes(metadata));
    };
    await expect.poll(problem, { timeout: 45_000 }).toBe('expired');
    mirror.change = honest;
    await follows();
  });

  test('is not believed where the operator named the root', async () => {
    const { key } = makeSigningKey();
    const plan = {
      version: 1,
      expires: new Date(Date.now() + 86_400_000),
      rootKeys: [key],
      threshold: 1,
      serverKey: key,
    };
    const file = join(server.dataDir, 'named.root.json');
    await writeFile(file, metadataBytes(makeRoot(plan, [key])));
    await using other = await startServer({ environment: { MARKETPLACE_URL: mirror.url, MARKETPLACE_ROOT: file } });
    const seen = async () => (await other.call(routes.marketplace.followed)).followed;
    await expect.poll(seen, { timeout: reachable }).toMatchObject({
      state: 'refused',
      problem: { code: 'too_few_signatures' },
      root: { trustedBy: 'file' },
    });
    // A search that finds nothing shows what is alike.
    const { items } = await other.call(routes.marketplace.search, { query: { q: plugin } });
    expect(items.filter(({ pluginId }) => pluginId === plugin)).toEqual([]);
  });
});

describe('while the marketplace is down', () => {
  test('it is said since when, what is known is found, what is installed runs, and what is kept installs', async () => {
    mirror.down = true;
    await expect.poll(state, { timeout: 45_000 }).toBe('unreachable');
    expect(await followed()).toMatchObject({ problem: { code: 'unreachable' }, confirmedAt: expect.any(String) });
    expect(await theirs()).toMatchObject({ source });
    expect(await load()).toMatchObject({ state: 'loaded' });
    expect(await install({ source, pluginId: 'river-map' })).toMatchObject({ code: 'marketplace_unreachable' });
    await server.call(routes.plugins.uninstall, { params: { id: plugin } });
    expect(await install({ source })).toMatchObject({ plugin: { source, state: 'loaded' } });
    mirror.down = false;
    await follows();
  });
});
