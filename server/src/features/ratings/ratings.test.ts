import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { insertUse } from '../../../test/rating-fixtures.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { ended } from '../plugins/test/test-plugins.ts';
import { photo, runToEnd } from '../runs/test/upload.ts';
import { makePublisher, makeReviewer, publish } from '../submissions/test/publishing.ts';
import { decide, list, listed, makeLeader, organisation, own, queueOf, rate, refusal, user } from './test/rate.ts';

let server: TestServer;
let reviewer: TestMember;
let second: TestMember;
beforeAll(async () => {
  server = await startServer();
  reviewer = await makeReviewer(server);
  second = await makeReviewer(server);
});
afterAll(() => server?.stop());

describe('real use', () => {
  test('is what an organisation ran, as the server recorded it, and lacks until there is enough', async () => {
    const of = await listed(server);
    const { id, owner } = await organisation(server);
    expect(await own(owner, of)).toEqual({
      obstacle: 'not-enough-use',
      use: { photos: 0, days: 0, since: null },
      needed: { photos: 5, days: 2, hours: 24 },
      rating: null,
    });
    await insertUse(server, id, of, { photos: 4, daysAgo: [1, 2] });
    expect(await own(owner, of)).toMatchObject({ obstacle: 'not-enough-use', use: { photos: 4, days: 2 } });
    await expect(rate(owner, of)).rejects.toMatchObject({
      code: 'rating_not_allowed',
      detail: expect.stringContaining('there are 4 photos on 2 days'),
    });
    await insertUse(server, id, of, { photos: 1, daysAgo: [2] });
    expect(await rate(owner, of)).toMatchObject({ obstacle: null, rating: { state: 'visible', version: '1.0.0' } });
  });

  test.each([
    ['one day', { photos: 8, daysAgo: [3] }],
    ['today alone', { photos: 8, daysAgo: [0] }],
    ['long ago', { photos: 8, daysAgo: [70, 71] }],
  ])('is not %s', async (_, use) => {
    const of = await listed(server);
    const { id, owner } = await organisation(server);
    await insertUse(server, id, of, use);
    expect(await refusal(rate(owner, of))).toBe('rating_not_allowed');
  });

  test('is not what failed, the same photo again, a run that never ended, or an upload of the same name', async () => {
    const of = await listed(server);
    const failing = await user(server, of);
    const repeating = await user(server, of);
    const waiting = await user(server, of);
    const uploading = await user(server, of);
    await asSystem(server.db, 'ratings', async (tx) => {
      const steps = (organisation: TestOrganisation) =>
        tx.updateTable('run_steps').where('organisation_id', '=', organisation.id);
      await steps(failing).set({ ok: false }).execute();
      await steps(uploading)
        .set({ digest: 'ef'.repeat(32) })
        .execute();
      await tx
        .updateTable('files')
        .set({ sha256: 'ab'.repeat(32) })
        .where('organisation_id', '=', repeating.id)
        .execute();
      await tx
        .updateTable('runs')
        .set({ state: 'running', finished_at: null })
        .where('organisation_id', '=', waiting.id)
        .execute();
    });
    for (const { owner } of [failing, repeating, waiting, uploading])
      expect(await refusal(rate(owner, of))).toBe('rating_not_allowed');
  });

  test('counts a run of a plugin that was installed from the marketplace, also once that is uninstalled', async () => {
    const { owner: maker } = await server.createOrganisation();
    const publisher = await makePublisher(maker, 'lens-works');
    const manifest = { id: 'lens-teller', permissions: ['files'], hooks: ['file:process'], customHooks: {} };
    const exports = `hooks: { 'file:process': async () => ({ metadata: { Lens: '50 mm' } }) }`;
    await publish({ owner: maker, reviewer }, publisher, { manifest, exports });
    const of = { publisher, plugin: 'lens-teller' };
    const { owner } = await organisation(server);
    const install = await owner.fetch('/api/plugins/install', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        publisher,
        pluginId: 'lens-teller',
        version: '1.0.0',
        grants: 'requested',
        autoLoad: true,
      }),
    });
    expect(await ended(owner, install)).toMatchObject({ plugin: { state: 'loaded' } });
    await runToEnd(owner, { name: 'a.png', bytes: photo(1) });
    await runToEnd(owner, { name: 'b.png', bytes: photo(1) });
    expect((await own(owner, of)).use).toMatchObject({ photos: 1 });
    await owner.call(routes.plugins.uninstall, { params: { id: 'lens-teller' } });
    expect((await own(owner, of)).use).toMatchObject({ photos: 1 });
    expect((await own(maker, of)).obstacle).toBe('own-plugin');
  });

  test('of one organisation is nothing to another', async () => {
    const of = await listed(server);
    await user(server, of);
    const { owner } = await organisation(server);
    expect((await own(owner, of)).use.photos).toBe(0);
  });
});

describe('a rating', () => {
  test('shows stars, text, version and change, and its organisation only where that wants it', async () => {
    const of = await listed(server);
    const [first, other] = [await user(server, of), await user(server, of)];
    await rate(first.owner, of, { stars: 4, text: '  It finds lenses.\r\nNothing else.  ' });
    await rate(other.owner, of, { stars: 2, named: true });
    const seen = await list(other.owner, of);
    expect(seen.summary).toEqual({ count: 2, mean: 3, distribution: [0, 1, 0, 1, 0] });
    expect(seen.items).toMatchObject([
      { stars: 2, organisation: expect.stringContaining('Organisation '), yours: true, editedAt: null },
      {
        stars: 4,
        text: 'It finds lenses.\nNothing else.',
        organisation: null,
        yours: false,
        version: '1.0.0',
        outdated: false,
      },
    ]);
    await rate(first.owner, of, { stars: 4, text: 'It finds lenses.' });
    expect((await list(other.owner, of)).items[1]).toMatchObject({
      editedAt: expect.any(String),
      text: 'It finds lenses.',
    });
  });

  test.each([
    ['HTML, which stays what it is: text', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['half a character', 'a\ud800', 'a\ufffd'],
  ])('takes %s', async (_, text, kept) => {
    const of = await listed(server);
    const { owner } = await user(server, of);
    expect((await rate(owner, of, { text })).rating?.text).toBe(kept);
  });

  test.each([
    ['a NUL', 'a\0b'],
    ['control characters', 'a\u001b[31mred'],
    ['what turns the direction of text', 'good \u202edab'],
    ['more than 2,000 characters', 'x'.repeat(2_001)],
  ])('refuses %s', async (_, text) => {
    const of = await listed(server);
    const { owner } = await user(server, of);
    expect(await refusal(rate(owner, of, { text }))).toBe('invalid_request');
    expect(await refusal(rate(owner, of, { stars: 6 as 5 }))).toBe('invalid_request');
  });

  test('is given by those who manage plugins, and by nobody of the publisher', async () => {
    const of = await listed(server);
    const made = await user(server, of);
    expect(await refusal(rate(await made.signIn('analyst'), of))).toBe('access_denied');
    expect(await refusal(rate(of.by.owner, of))).toBe('rating_not_allowed');
    await makeLeader(server, made.id, of.by.owner.userId);
    expect((await own(made.owner, of)).obstacle).toBe('shared-person');
    expect(await refusal(rate(made.owner, of))).toBe('rating_not_allowed');
  });

  test('of a plugin that is nowhere is not found', async () => {
    const { owner } = await organisation(server);
    const nowhere = { publisher: 'nobodys-publisher', plugin: 'nobodys-plugin' };
    const calls = [rate(owner, nowhere), own(owner, nowhere), list(owner, nowhere)];
    for (const code of await Promise.all(calls.map(refusal))) expect(code).toBe('release_not_found');
  });
});

describe('a moderator', () => {
  test('decides, is objected to once, and somebody else decides then', async () => {
    const of = await listed(server);
    const { owner } = await user(server, of);
    const id = (await rate(owner, of, { stars: 1, text: 'It is bad' })).rating?.id ?? '';
    await decide(reviewer, id, 'reject', 'It insults');
    const appeal = (member: TestMember, text = 'It does not') =>
      member.call(routes.ratings.appeal, { params: { id }, body: { text } });
    expect(await refusal(appeal((await organisation(server)).owner))).toBe('rating_not_found');
    await appeal(owner);
    expect(await refusal(appeal(owner))).toBe('rating_state');
    expect(await queueOf(reviewer, 'appealed', of)).toMatchObject([
      { obstacle: 'decided-before', appeal: 'It does not' },
    ]);
    expect(await refusal(decide(reviewer, id, 'reject'))).toBe('moderation_not_yours');
    await decide(second, id, 'release', 'It says what happened');
    expect((await list(owner, of)).summary.count).toBe(1);
    // For the same words it is not rejected again.
    expect(await refusal(decide(reviewer, id, 'reject'))).toBe('rating_state');
    // For other words it waits.
    expect((await rate(owner, of, { stars: 1, text: 'Buy mine' })).rating).toMatchObject({
      held: 'changed',
      appeal: null,
    });
    await decide(reviewer, id, 'reject');
    await appeal(owner);
    await decide(second, id, 'reject');
    expect(await refusal(appeal(owner))).toBe('rating_state');
    expect(await refusal(decide(second, id, 'release'))).toBe('rating_state');
    const trail = await owner.call(routes.audit.list, { query: { act: 'rating.appeal' } });
    expect(trail.items).toHaveLength(2);
  });

  test('has no say about what their own organisation wrote or publishes', async () => {
    const publisherSide = await makeReviewer(server);
    const of = await listed(server);
    await makeLeader(server, of.by.id, publisherSide.userId);
    const writer = await user(server, of);
    await server.call(routes.reviews.setReviewer, { body: { email: writer.owner.email, reviews: true } });
    const id = (await rate(writer.owner, of)).rating?.id ?? '';
    for (const member of [publisherSide, writer.owner])
      expect(await refusal(decide(member, id, 'reject'))).toBe('moderation_not_yours');
    expect((await list(writer.owner, of)).summary.count).toBe(1);
  });

  test('is shown what was let pass once it says something else', async () => {
    const of = await listed(server);
    const users = await Promise.all(Array.from({ length: 6 }, () => user(server, of)));
    for (const { owner } of users) await rate(owner, of, { text: 'Good' });
    const held = (await queueOf(reviewer, 'held', of))[0]?.id ?? '';
    await decide(reviewer, held, 'release');
    const states = await Promise.all(users.map(async ({ owner }) => ({ owner, ...(await own(owner, of)).rating })));
    const writer = states.find(({ id }) => id === held)?.owner ?? server.owner;
    expect((await rate(writer, of, { text: 'Hostile now' })).rating).toMatchObject({ state: 'held', held: 'changed' });
  });
});

describe('a publisher', () => {
  test('replies to ratings of their plugins alone, and what they say can be removed', async () => {
    const of = await listed(server);
    const writer = await user(server, of);
    const id = (await rate(writer.owner, of)).rating?.id ?? '';
    const reply = (member: TestMember, text: string | null) =>
      member.call(routes.ratings.reply, { params: { id }, body: { text } });
    const stranger = (await listed(server)).by.owner;
    expect(await refusal(reply(stranger, 'Mine is better'))).toBe('rating_not_found');
    await reply(of.by.owner, 'Thank you');
    expect((await list(writer.owner, of)).items).toMatchObject([{ reply: { text: 'Thank you' } }]);
    expect(await refusal(reply(of.by.owner, ' \n '))).toBe('invalid_request');
    await decide(reviewer, id, 'remove-reply', 'It names a person');
    expect((await list(writer.owner, of)).items).toMatchObject([{ reply: null }]);
    expect(await refusal(decide(reviewer, id, 'remove-reply'))).toBe('rating_state');
  });
});

describe('a list of ratings', () => {
  test('goes page by page, by time and by helpful voices, and leaves nothing out', async () => {
    const of = await listed(server);
    const users: TestOrganisation[] = [];
    for (let index = 0; index < 4; index += 1) users.push(await user(server, of));
    for (const { owner } of users) await rate(owner, of);
    const ids = (await list(server.owner, of)).items.map(({ id }) => id);
    const oldest = ids[3] ?? '';
    const voter = await organisation(server);
    await voter.owner.call(routes.ratings.helpful, { params: { id: oldest }, body: { helpful: true } });
    for (const sort of [undefined, 'helpful'] as const) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof list>> = await list(server.owner, of, {
          limit: 3,
          ...(sort === undefined ? {} : { sort }),
          ...(cursor === null ? {} : { cursor }),
        });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(sort === undefined ? ids : [oldest, ...ids.slice(0, 3)]);
    }
    expect(await refusal(list(server.owner, of, { cursor: 'WzEsIngiXQ' }))).toBe('invalid_request');
  });
});

describe('erasing', () => {
  test('an organisation takes its rating along, and the mean is that of the others', async () => {
    const of = await listed(server);
    const [going, staying] = [await user(server, of), await user(server, of)];
    await rate(going.owner, of, { stars: 1 });
    const id = (await rate(staying.owner, of, { stars: 4 })).rating?.id ?? '';
    await going.owner.call(routes.ratings.helpful, { params: { id }, body: { helpful: true } });
    await asSystem(server.db, 'erase', (tx) => tx.deleteFrom('organisations').where('id', '=', going.id).execute());
    expect((await list(staying.owner, of)).summary).toEqual({ count: 1, mean: 4, distribution: [0, 0, 0, 1, 0] });
    expect((await list(staying.owner, of)).items).toMatchObject([{ helpful: 0 }]);
  });

  test('a person leaves the rating of their organisation, without them', async () => {
    const of = await listed(server);
    const made = await user(server, of);
    const admin = await made.signIn('admin');
    await rate(admin, of, { text: `Ask ${admin.email}` });
    const { items } = await made.owner.call(routes.members.list);
    expect(items.some(({ id }) => id === admin.userId)).toBe(true);
    await made.owner.call(routes.members.erase, { params: { id: admin.userId }, body: { email: admin.email } });
    await expect
      .poll(async () => (await list(made.owner, of)).items[0]?.text, { timeout: 60_000 })
      .not.toContain(admin.email);
    expect((await list(made.owner, of)).summary.count).toBe(1);
  });
});
