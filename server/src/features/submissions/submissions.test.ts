import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { asking, ended, problemOf } from '../plugins/test/test-plugins.ts';
import { claimAndApprove, makePublisher, makeReviewer, publish, scanned, submit, verify } from './test/publishing.ts';

let server: TestServer;
let owner: TestMember;
let reviewer: TestMember;
let second: TestMember;
beforeAll(async () => {
  server = await startServer();
  owner = (await server.createOrganisation()).owner;
  [reviewer, second] = [await makeReviewer(server), await makeReviewer(server)];
  await makePublisher(owner, 'halden-geo');
});
afterAll(() => server?.stop());

const publisher = 'halden-geo';
const of = (id: string) => ({ params: { id } });
const get = (id: string) => owner.call(routes.submissions.get, of(id));
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );

describe('from a package to a release', () => {
  test('a plugin is scanned, mended, sent, reviewed with comments, released, listed and installed', async () => {
    const wrong = { manifest: { id: 'sky-check' }, exports: `hooks: { 'sky-check:ask': () => eval('1') }` };
    const first = await scanned(owner, await submit(owner, wrong, { publisher }));
    expect(first).toMatchObject({ state: 'blocked', verdict: 'block', plugin: 'sky-check', attempt: 1 });
    expect(first.scan?.findings[0]).toMatchObject({ file: 'index.js', line: 1, severity: 'high' });
    expect(await refusal(owner.call(routes.submissions.send, { ...of(first.id), body: {} }))).toBe('submission_state');

    const good = { manifest: { id: 'sky-check' }, files: { 'CHANGELOG.md': '# 1.0.0\nThe first.' } };
    const mended = await scanned(owner, await submit(owner, good, {}, first.id));
    expect(mended).toMatchObject({ state: 'draft', attempt: 2, changelog: '# 1.0.0\nThe first.', difference: null });
    expect(mended.readme).toContain('# Test plugin');
    expect(mended.automatic).toMatchObject({ approves: false });

    const sent = await owner.call(routes.submissions.send, { ...of(first.id), body: { note: 'The first version.' } });
    expect(sent).toMatchObject({ state: 'waiting', queue: { position: 1, of: 1 } });
    const [queued] = (await reviewer.call(routes.reviews.list)).items;
    expect(queued).toMatchObject({ id: first.id, obstacle: null, approvals: { given: 0, needed: 1 } });

    await reviewer.call(routes.reviews.claim, of(first.id));
    const asked = await reviewer.call(routes.reviews.comment, {
      ...of(first.id),
      body: { text: 'What is 42?', file: 'index.js', line: 1 },
    });
    const body = { decision: 'approve', checklist: ['description', 'hosts', 'personal-data', 'findings'] } as const;
    const approve = () =>
      reviewer.call(routes.reviews.decide, { ...of(first.id), body: { ...body, checklist: [...body.checklist] } });
    expect(await refusal(approve())).toBe('review_incomplete');
    await owner.call(routes.submissions.comment, { ...of(first.id), body: { text: 'The answer.' } });
    const seen = await get(first.id);
    // Reviewers are not named to publishers, nor the other way round.
    expect(seen.comments.map(({ side, author }) => [side, author === null])).toEqual([
      ['marketplace', true],
      ['publisher', false],
    ]);
    await reviewer.call(routes.reviews.settle, { params: { id: first.id, comment: asked.id } });
    expect(await approve()).toMatchObject({ state: 'released' });

    const states = (await get(first.id)).steps.map(({ state, side }) => `${state} ${side}`);
    expect(states).toEqual([
      'received publisher',
      'blocked server',
      'received publisher',
      'draft server',
      'waiting publisher',
      'in-review marketplace',
      'released marketplace',
    ]);
    const listing = await owner.call(routes.marketplace.listing, { params: { publisher, plugin: 'sky-check' } });
    expect(listing).toMatchObject({ offered: '1.0.0', releases: [{ version: '1.0.0', approvedBy: 'people' }] });

    const { owner: customer } = await server.createOrganisation({ plan: 'enterprise' });
    const { items } = await customer.call(routes.marketplace.search, { query: { q: 'halden-geo' } });
    expect(items).toMatchObject([{ source: 'marketplace', publisher, pluginId: 'sky-check', version: '1.0.0' }]);
    const installed = await ended(
      customer,
      await customer.fetch('/api/plugins/install', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ publisher, pluginId: 'sky-check', grants: 'requested', autoLoad: true }),
      }),
    );
    expect(installed).toMatchObject({
      plugin: {
        source: 'marketplace',
        publisher,
        state: 'loaded',
        signature: { state: 'account', publisher, countersigned: { verdict: 'accepted' } },
      },
    });
  });

  test('what was refused by the intake says which rule and which field, and is no dead end', async () => {
    const broken = await scanned(
      owner,
      await submit(owner, { manifest: { id: 'sky-b', version: 'one' } }, { publisher }),
    );
    expect(broken).toMatchObject({ state: 'blocked', plugin: null, scan: null });
    expect(broken.problem).toMatchObject({ code: 'manifest_invalid', errors: [{ field: '/version' }] });
    const { id } = broken;
    expect(await refusal(owner.call(routes.submissions.files, of(id)))).toBe('file_not_found');
    expect((await owner.call(routes.submissions.withdraw, of(id))).state).toBe('withdrawn');
    expect((await submit(owner, {}, {}, id)).status).toBe(409);
  });

  test('two look at what reaches beyond the photo, and neither is of the publisher, nor twice the same', async () => {
    const far = {
      manifest: { id: 'far-reach', permissions: ['http'], hosts: ['api.example.org'] },
      exports: asking('far-reach', `return { data: (await ctx.http.get('https://api.example.org/')).status };`),
    };
    const { id } = await scanned(owner, await submit(owner, far, { publisher }));
    await owner.call(routes.submissions.send, { ...of(id), body: {} });
    await server.call(routes.reviews.setReviewer, { body: { email: owner.email, reviews: true } });
    expect(await refusal(owner.call(routes.reviews.claim, of(id)))).toBe('review_not_yours');
    await server.call(routes.reviews.setReviewer, { body: { email: owner.email, reviews: false } });
    expect(await refusal(owner.call(routes.reviews.list))).toBe('access_denied');

    expect(await claimAndApprove(reviewer, id)).toMatchObject({ state: 'waiting', approvals: { given: 1, needed: 2 } });
    expect(await refusal(reviewer.call(routes.reviews.claim, of(id)))).toBe('review_not_yours');
    await second.call(routes.reviews.claim, of(id));
    // One who did not claim it decides nothing.
    const body = { decision: 'reject', reason: 'No.' } as const;
    expect(await refusal(reviewer.call(routes.reviews.decide, { ...of(id), body }))).toBe('review_not_yours');
    await second.call(routes.reviews.unclaim, of(id));
    expect(await claimAndApprove(second, id)).toMatchObject({ state: 'released', approvals: { given: 2, needed: 2 } });
  });

  test('an approval is of one package: a mended one needs all of them anew', async () => {
    const far = (answer: number) => ({
      manifest: { id: 'far-again', permissions: ['http'], hosts: ['api.example.org'] },
      exports: asking('far-again', `await ctx.http.get('https://api.example.org/'); return { answer: ${answer} };`),
    });
    const { id } = await scanned(owner, await submit(owner, far(1), { publisher }));
    await owner.call(routes.submissions.send, { ...of(id), body: {} });
    await claimAndApprove(reviewer, id);
    await second.call(routes.reviews.claim, of(id));
    const asks = { decision: 'ask-for-changes', reason: 'Say why in the README.' } as const;
    await second.call(routes.reviews.decide, { ...of(id), body: asks });
    const mended = await scanned(owner, await submit(owner, far(2), {}, id));
    expect(mended).toMatchObject({ state: 'draft', attempt: 2, approvals: { given: 0, needed: 2 } });
  });

  test('what was rejected can be appealed, and is decided by somebody else', async () => {
    const { id } = await scanned(owner, await submit(owner, { manifest: { id: 'not-wanted' } }, { publisher }));
    await owner.call(routes.submissions.send, { ...of(id), body: {} });
    await reviewer.call(routes.reviews.claim, of(id));
    const body = { decision: 'reject', reason: 'It does nothing.' } as const;
    expect(await reviewer.call(routes.reviews.decide, { ...of(id), body })).toMatchObject({ state: 'rejected' });
    expect((await get(id)).steps.at(-1)).toMatchObject({ state: 'rejected', reason: 'It does nothing.' });
    await owner.call(routes.submissions.send, { ...of(id), body: { note: 'It answers 42.' } });
    expect(await refusal(reviewer.call(routes.reviews.claim, of(id)))).toBe('review_not_yours');
    expect(await claimAndApprove(second, id)).toMatchObject({ state: 'released' });
  });
});

describe('a package that cannot be scanned', () => {
  test('is in nobody’s queue and taken for nothing, and is scanned again when its publisher asks for it', async () => {
    await using broken = await startServer({ intake: { bounds: { milliseconds: 1 } } });
    await makePublisher(broken.owner, publisher);
    const sent = await scanned(broken.owner, await submit(broken.owner, {}, { publisher }));
    expect(sent).toMatchObject({
      state: 'not-scanned',
      scan: null,
      queue: null,
      problem: { code: 'package_not_scanned' },
    });
    const send = broken.owner.call(routes.submissions.send, { ...of(sent.id), body: {} });
    expect(await refusal(send)).toBe('submission_state');
    const again = await broken.owner.call(routes.submissions.scan, of(sent.id));
    expect(again.state).toBe('received');
  });
});

describe('a release', () => {
  test('is made by the stated rules alone where it is a small step of a verified publisher', async () => {
    await makePublisher(owner, 'ledgerline');
    const version = (number: string, more = {}) => ({ manifest: { id: 'ledger-check', version: number, ...more } });
    const reads = {
      ...version('1.1.0', { permissions: ['files'], hooks: ['file:process'], customHooks: {} }),
      exports: `hooks: { 'file:process': async (input, ctx) => ({ metadata: { Size: await ctx.files.size } }) }`,
    };
    await publish({ owner, reviewer }, 'ledgerline', version('1.0.0'));
    const send = async (plugin: object) => {
      const { id } = await scanned(owner, await submit(owner, plugin, { publisher: 'ledgerline' }));
      return owner.call(routes.submissions.send, { ...of(id), body: {} });
    };
    const unverified = await send(version('1.0.1'));
    expect(unverified).toMatchObject({ state: 'waiting', automatic: { missing: ['The publisher is verified'] } });
    await owner.call(routes.submissions.withdraw, of(unverified.id));
    await verify(server, 'ledgerline');
    expect(await send(version('1.0.1'))).toMatchObject({ state: 'released', automatic: { approves: true } });
    const more = await send(reads);
    expect(more.state).toBe('waiting');
    expect(more.automatic?.missing).toHaveLength(2);
    expect(more.difference).toMatchObject({ since: '1.0.1', permissions: { added: ['files'] } });
  });

  test('never changes: the same version is refused, and the database keeps its row', async () => {
    const plugin = { manifest: { id: 'kept-release' } };
    await publish({ owner, reviewer }, publisher, plugin);
    const again = await scanned(owner, await submit(owner, plugin, { publisher }));
    expect(again).toMatchObject({ state: 'blocked', problem: { code: 'release_exists' } });
    const { db } = server;
    const change = db.owner.transaction().execute(async (tx) => {
      await tx
        .updateTable('releases')
        .set({ digest: 'ab'.repeat(32) })
        .where('plugin_id', '=', 'kept-release')
        .execute();
    });
    await expect(change).rejects.toThrow('a release never changes');
    const remove = db.owner.transaction().execute((tx) => tx.deleteFrom('releases').execute());
    await expect(remove).rejects.toThrow('a release is never deleted');
  });

  test('that is yanked is offered no longer, tells where to go, and comes back', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0'])
      await publish({ owner, reviewer }, publisher, { manifest: { id: 'with-a-past', version } });
    const params = { publisher, plugin: 'with-a-past', version: '1.2.0' };
    const yanked = await owner.call(routes.marketplace.yank, { params, body: { reason: 'It reads the wrong tag.' } });
    expect(yanked.yanked).toMatchObject({ reason: 'It reads the wrong tag.', safe: '1.1.0' });
    const listing = () => owner.call(routes.marketplace.listing, { params: { publisher, plugin: 'with-a-past' } });
    expect((await listing()).offered).toBe('1.1.0');
    await owner.call(routes.marketplace.yank, { params, body: { reason: null } });
    expect((await listing()).offered).toBe('1.2.0');
    const advised = await owner.call(routes.marketplace.deprecate, { params, body: { reason: 'Use 1.3.' } });
    expect(advised.deprecated).toMatchObject({ reason: 'Use 1.3.' });
  });

  test('that is killed by its publisher ends where it runs, and is installed nowhere', async () => {
    await publish({ owner, reviewer }, publisher, { manifest: { id: 'stolen-key' } });
    const { owner: customer } = await server.createOrganisation({ plan: 'enterprise' });
    const install = async () =>
      ended(
        customer,
        await customer.fetch('/api/plugins/install', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            publisher,
            pluginId: 'stolen-key',
            version: '1.0.0',
            grants: 'requested',
            autoLoad: true,
          }),
        }),
      );
    expect(await install()).toMatchObject({ plugin: { state: 'loaded' } });
    const params = { publisher, plugin: 'stolen-key', version: '1.0.0' };
    const killed = await owner.call(routes.marketplace.kill, { params, body: { reason: 'Our key was stolen.' } });
    expect(killed.killed).toContain('Our key was stolen.');
    const plugin = await customer.call(routes.plugins.get, { params: { id: 'stolen-key' } });
    expect(plugin.state).not.toBe('loaded');
    await customer.call(routes.plugins.uninstall, { params: { id: 'stolen-key' } });
    expect(await install()).toMatchObject({ code: 'package_killed' });
  });

  test('is its publisher’s alone', async () => {
    await publish({ owner, reviewer }, publisher, { manifest: { id: 'ours-alone' } });
    const { owner: stranger } = await server.createOrganisation();
    const params = { publisher, plugin: 'ours-alone', version: '1.0.0' };
    for (const row of [routes.marketplace.yank, routes.marketplace.deprecate, routes.marketplace.kill] as const)
      expect(await refusal(stranger.call(row, { params, body: { reason: 'Mine' } }))).toBe('release_not_found');
    expect(await refusal(submitAs(stranger, publisher))).toBe('publisher_not_found');
  });
});

describe('names', () => {
  test.each(['exif-reader', 'exif-reeder', 'exif-readr', 'exifreader', 'ex1f-reader'])(
    'a plugin called %s cannot be taken for the one that is there',
    async (id) => {
      const found = await scanned(owner, await submit(owner, { manifest: { id } }, { publisher }));
      expect(found).toMatchObject({ state: 'blocked', problem: { code: 'plugin_name_taken' } });
      expect(found.problem?.message).toContain('exif-reader');
      await owner.call(routes.submissions.withdraw, of(found.id));
    },
  );
});

describe('the archives of a submission', () => {
  test('are one: what was received or replaced does not stay beside it', async () => {
    const { owner: sender, id: organisation } = await server.createOrganisation();
    await makePublisher(sender, 'tidewater');
    const kept = () => readdir(join(server.dataDir, 'objects', 'org', organisation));
    const wrong = { manifest: { id: 'tide-gauge' }, exports: `hooks: { 'tide-gauge:ask': () => eval('1') }` };
    const { id } = await scanned(sender, await submit(sender, wrong, { publisher: 'tidewater' }));
    await expect.poll(async () => (await kept()).length).toBe(1);
    await scanned(sender, await submit(sender, { manifest: { id: 'tide-gauge' } }, {}, id));
    await expect.poll(async () => (await kept()).length).toBe(1);
    expect(await sender.call(routes.submissions.files, of(id))).toMatchObject({
      files: expect.any(Array) as unknown[],
    });
  });
});

describe('an id that two send at the same time', () => {
  test('is of whose release is first, also where both were scanned before', async () => {
    const { owner: rival } = await server.createOrganisation();
    await makePublisher(rival, 'coastline');
    const theirs = await scanned(
      rival,
      await submit(rival, { manifest: { id: 'wave-height' } }, { publisher: 'coastline' }),
    );
    await rival.call(routes.submissions.send, { ...of(theirs.id), body: {} });
    await publish({ owner, reviewer }, publisher, { manifest: { id: 'wave-height' } });
    expect(await refusal(claimAndApprove(reviewer, theirs.id))).toBe('plugin_name_taken');
    const kept = await rival.call(routes.submissions.get, of(theirs.id));
    expect(kept).toMatchObject({ state: 'in-review', approvals: { given: 0 } });
  });
});

describe('the files of a submission', () => {
  test('stand beside those of the last release, as text and never as a page', async () => {
    const plugin = (version: string, files: Record<string, string>) => ({
      manifest: { id: 'with-files', version },
      files,
    });
    await publish(
      { owner, reviewer },
      publisher,
      plugin('1.0.0', { 'a.txt': 'one', 'old.txt': 'old', 'table.dat': '\0\x01\x02' }),
    );
    const next = plugin('1.1.0', { 'a.txt': 'two', 'new.txt': '<script>alert(1)</script>', 'table.dat': '\0\x01\x02' });
    const { id } = await scanned(owner, await submit(owner, next, { publisher }));
    const { files } = await owner.call(routes.submissions.files, of(id));
    const changes = Object.fromEntries(files.map(({ path, change }) => [path, change]));
    expect(changes).toMatchObject({
      'a.txt': 'changed',
      'new.txt': 'added',
      'old.txt': 'removed',
      'table.dat': 'same',
    });
    const file = (path: string) => owner.call(routes.submissions.file, { ...of(id), query: { path } });
    expect(await file('a.txt')).toMatchObject({ text: 'two', before: 'one' });
    expect(await file('table.dat')).toMatchObject({ text: null, before: null });
    expect(await refusal(file('../../etc/passwd'))).toBe('file_not_found');
    // Nobody reviews what was not sent.
    expect(await refusal(reviewer.call(routes.reviews.get, of(id)))).toBe('submission_not_found');
  });
});

function submitAs(member: TestMember, name: string): Promise<unknown> {
  return submit(member, {}, { publisher: name }).then(async (response) => {
    throw await problemOf(response);
  });
}
