import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewRating } from '@proofpix/contract/api/ratings';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { insertPublishing } from '../../../test/publishing-fixtures.ts';
import { insertUse } from '../../../test/rating-fixtures.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { ended } from '../plugins/test/test-plugins.ts';
import { photo, runToEnd } from '../runs/test/upload.ts';
import { makePublisher, makeReviewer, publish } from '../submissions/test/publishing.ts';

let server: TestServer;
let reviewer: TestMember;
let second: TestMember;
beforeAll(async () => {
  server = await startServer();
  reviewer = await makeReviewer(server);
  second = await makeReviewer(server);
});
afterAll(() => server?.stop());

type Listed = { publisher: string; plugin: string };

/** A released plugin of an organisation that nobody here rates for. */
async function listed(by?: TestOrganisation): Promise<Listed & { by: TestOrganisation }> {
  const owner = by ?? (await server.createOrganisation());
  const { PUBLISHER: publisher, RELEASED: plugin } = await insertPublishing(server, owner.id);
  return { publisher, plugin, by: owner };
}

/** An organisation that has been here for a year, unless it is young. */
async function organisation({ young = false } = {}): Promise<TestOrganisation> {
  const made = await server.createOrganisation();
  if (!young)
    await asSystem(server.db, 'create-organisation', (tx) =>
      sql`update organisations set created_at = now() - interval '1 year' where id = ${made.id}::uuid`.execute(tx),
    );
  return made;
}

/** One that used the plugin as much as it takes. */
async function user(of: Listed, options?: { young?: boolean }): Promise<TestOrganisation> {
  const made = await organisation(options);
  await insertUse(server, made.id, of);
  return made;
}

const rate = (member: TestMember, { publisher, plugin }: Listed, body: Partial<NewRating> = {}) =>
  member.call(routes.ratings.set, { params: { publisher, plugin }, body: { stars: 5, ...body } });
const own = (member: TestMember, { publisher, plugin }: Listed) =>
  member.call(routes.ratings.own, { params: { publisher, plugin } });
const list = (member: TestMember, { publisher, plugin }: Listed, query: { sort?: 'helpful'; limit?: number; cursor?: string } = {}) =>
  member.call(routes.ratings.list, { params: { publisher, plugin }, query });
const refusal = (done: Promise<unknown>) =>
  done.then(
    () => 'no problem',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );
const makeLeader = (organisationId: string, userId: string) =>
  asSystem(server.db, 'manage-members', (tx) =>
    tx.insertInto('memberships').values({ organisation_id: organisationId, user_id: userId, role: 'admin' }).execute(),
  );
const decide = (member: TestMember, id: string, decision: 'release' | 'reject' | 'remove-reply', reason = 'A reason') =>
  member.call(routes.ratings.decide, { params: { id }, body: { decision, reason } });
const queueOf = async (queue: 'held' | 'appealed' | 'reported' | 'rejected', { plugin }: Listed, member = reviewer) =>
  (await member.call(routes.ratings.queue, { query: { queue, limit: 100 } })).items.filter((row) => row.plugin === plugin);

describe('real use', () => {
  test('is what an organisation ran, as the server recorded it, and lacks until there is enough', async () => {
    const of = await listed();
    const { id, owner } = await organisation();
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
    const of = await listed();
    const { id, owner } = await organisation();
    await insertUse(server, id, of, use);
    expect(await refusal(rate(owner, of))).toBe('rating_not_allowed');
  });

  test('is not what failed, the same photo again, a run that never ended, or an upload of the same name', async () => {
    const of = await listed();
    const failing = await user(of);
    const repeating = await user(of);
    const waiting = await user(of);
    const uploading = await user(of);
    await asSystem(server.db, 'ratings', async (tx) => {
      const steps = (organisation: TestOrganisation) =>
        tx.updateTable('run_steps').where('organisation_id', '=', organisation.id);
      await steps(failing).set({ ok: false }).execute();
      await steps(uploading).set({ digest: 'ef'.repeat(32) }).execute();
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
    const { owner } = await organisation();
    const install = await owner.fetch('/api/plugins/install', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ publisher, pluginId: 'lens-teller', version: '1.0.0', grants: 'requested', autoLoad: true }),
    });
    expect(await ended(owner, install)).toMatchObject({ plugin: { state: 'loaded' } });
    await runToEnd(owner, { name: 'a.png', bytes: photo(1) });
    await runToEnd(owner, { name: 'b.png', bytes: photo(1) });
    expect((await own(owner, of)).use).toMatchObject({ photos: 1, days: 1 });
    await owner.call(routes.plugins.uninstall, { params: { id: 'lens-teller' } });
    expect((await own(owner, of)).use).toMatchObject({ photos: 1 });
    expect((await own(maker, of)).obstacle).toBe('own-plugin');
  });

  test('of one organisation is nothing to another', async () => {
    const of = await listed();
    await user(of);
    const { owner } = await organisation();
    expect((await own(owner, of)).use.photos).toBe(0);
  });
});

describe('a rating', () => {
  test('shows stars, text, version and change, and its organisation only where that wants it', async () => {
    const of = await listed();
    const [first, other] = [await user(of), await user(of)];
    await rate(first.owner, of, { stars: 4, text: '  It finds lenses.\r\nNothing else.  ' });
    await rate(other.owner, of, { stars: 2, named: true });
    const seen = await list(other.owner, of);
    expect(seen.summary).toEqual({ count: 2, mean: 3, distribution: [0, 1, 0, 1, 0] });
    expect(seen.items).toMatchObject([
      { stars: 2, organisation: expect.stringContaining('Organisation '), yours: true, editedAt: null },
      { stars: 4, text: 'It finds lenses.\nNothing else.', organisation: null, yours: false, version: '1.0.0', outdated: false },
    ]);
    await rate(first.owner, of, { stars: 4, text: 'It finds lenses.' });
    expect((await list(other.owner, of)).items[1]).toMatchObject({ editedAt: expect.any(String), text: 'It finds lenses.' });
  });

  test.each([
    ['HTML, which stays what it is: text', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['half a character', 'a\ud800', 'a\ufffd'],
  ])('takes %s', async (_, text, kept) => {
    const of = await listed();
    const { owner } = await user(of);
    expect((await rate(owner, of, { text })).rating?.text).toBe(kept);
  });

  test.each([
    ['a NUL', 'a\0b'],
    ['control characters', 'a\u001b[31mred'],
    ['what turns the direction of text', 'good \u202edab'],
    ['more than 2,000 characters', 'x'.repeat(2_001)],
  ])('refuses %s', async (_, text) => {
    const of = await listed();
    const { owner } = await user(of);
    expect(await refusal(rate(owner, of, { text }))).toBe('invalid_request');
    expect(await refusal(rate(owner, of, { stars: 6 as 5 }))).toBe('invalid_request');
  });

  test('is given by those who manage plugins, and by nobody of the publisher', async () => {
    const of = await listed();
    const made = await user(of);
    expect(await refusal(rate(await made.signIn('analyst'), of))).toBe('access_denied');
    expect(await refusal(rate(of.by.owner, of))).toBe('rating_not_allowed');
    await makeLeader(made.id, of.by.owner.userId);
    expect((await own(made.owner, of)).obstacle).toBe('shared-person');
    expect(await refusal(rate(made.owner, of))).toBe('rating_not_allowed');
  });

  test('of a plugin that is nowhere is not found', async () => {
    const { owner } = await organisation();
    const nowhere = { publisher: 'nobodys-publisher', plugin: 'nobodys-plugin' };
    const calls = [rate(owner, nowhere), own(owner, nowhere), list(owner, nowhere)];
    for (const code of await Promise.all(calls.map(refusal))) expect(code).toBe('release_not_found');
  });
});

describe('ballot stuffing', () => {
  test('by one person with many organisations is one voice, also once they left the first', async () => {
    const of = await listed();
    const [first, next] = [await user(of), await user(of)];
    await rate(first.owner, of);
    await makeLeader(next.id, first.owner.userId);
    expect((await own(next.owner, of)).obstacle).toBe('rated-elsewhere');
    expect(await refusal(rate(next.owner, of))).toBe('rating_not_allowed');
    // A new owner for the first one, and the person is gone from it.
    const heir = await first.signIn('owner');
    await heir.call(routes.members.remove, { params: { id: first.owner.userId } });
    expect(await refusal(rate(next.owner, of))).toBe('rating_not_allowed');
    expect((await list(next.owner, of)).summary.count).toBe(1);
  });

  test('by both organisations at the same moment is one voice', async () => {
    const of = await listed();
    const [first, next] = [await user(of), await user(of)];
    await makeLeader(next.id, first.owner.userId);
    const codes = await Promise.all([first, next].map(({ owner }) => refusal(rate(owner, of))));
    expect(codes.toSorted()).toEqual(['no problem', 'rating_not_allowed']);
    expect((await list(first.owner, of)).summary.count).toBe(1);
  });

  test('by deleting and rating again changes nothing but the rating', async () => {
    const of = await listed();
    const { owner } = await user(of);
    const before = await rate(owner, of, { stars: 1 });
    for (const stars of [2, 3, 4] as const) {
      await owner.call(routes.ratings.remove, { params: { publisher: of.publisher, plugin: of.plugin } });
      expect((await list(owner, of)).summary.count).toBe(0);
      await rate(owner, of, { stars });
    }
    const { items, summary } = await list(owner, of);
    expect(summary).toEqual({ count: 1, mean: 4, distribution: [0, 0, 0, 1, 0] });
    expect(items).toMatchObject([{ id: before.rating?.id, at: before.rating?.at }]);
  });

  test('by the same organisation twice at once is one rating', async () => {
    const of = await listed();
    const { owner } = await user(of);
    await Promise.all([1, 2, 3, 4, 5].map((stars) => rate(owner, of, { stars: stars as 5 })));
    const { summary, items } = await list(owner, of);
    expect([summary.count, items.length]).toEqual([1, 1]);
  });

  test('with helpful voices is one of each organisation and person, and none of author and publisher', async () => {
    const of = await listed();
    const [author, voter, other] = [await user(of), await organisation(), await organisation()];
    const id = (await rate(author.owner, of)).rating?.id ?? '';
    const vote = (member: TestMember, helpful = true) =>
      member.call(routes.ratings.helpful, { params: { id }, body: { helpful } });
    expect(await refusal(vote(author.owner))).toBe('vote_not_allowed');
    expect(await refusal(vote(of.by.owner))).toBe('vote_not_allowed');
    await vote(voter.owner);
    await vote(voter.owner);
    await vote(await voter.signIn('analyst'));
    // The same person, signed in to another organisation of theirs.
    await asSystem(server.db, 'ratings', (tx) =>
      tx.updateTable('rating_votes').set({ user_id: other.owner.userId }).where('rating_id', '=', id).execute(),
    );
    expect(await refusal(vote(other.owner))).toBe('vote_not_allowed');
    expect((await list(voter.owner, of)).items).toMatchObject([{ helpful: 1, helpfulToYou: true }]);
    await vote(voter.owner, false);
    expect((await list(voter.owner, of)).items).toMatchObject([{ helpful: 0, helpfulToYou: false }]);
  });
});

describe('review bombing', () => {
  test('is held from the sixth rating of a day on, does not count, and is released or rejected with a reason', async () => {
    const of = await listed();
    const users: TestOrganisation[] = [];
    for (let index = 0; index < 7; index += 1) users.push(await user(of));
    const states: (string | undefined)[] = [];
    for (const { owner } of users) states.push((await rate(owner, of, { stars: 1 })).rating?.state);
    expect(states).toEqual(['visible', 'visible', 'visible', 'visible', 'visible', 'held', 'held']);
    const [sixth, seventh] = users.slice(5).map(({ owner }) => owner);
    if (sixth === undefined || seventh === undefined) throw new Error('There are seven.');
    expect((await list(sixth, of)).summary.count).toBe(5);
    expect((await own(sixth, of)).rating).toMatchObject({ state: 'held', held: 'burst' });
    // Neither taking it back nor changing it lets it out.
    await sixth.call(routes.ratings.remove, { params: { publisher: of.publisher, plugin: of.plugin } });
    expect((await rate(sixth, of, { stars: 2 })).rating).toMatchObject({ state: 'held', held: 'burst' });

    const waiting = await queueOf('held', of);
    expect(waiting).toMatchObject([{ held: 'burst', obstacle: null }, { held: 'burst' }]);
    const [heldFirst, heldSecond] = [
      (await own(sixth, of)).rating?.id ?? '',
      (await own(seventh, of)).rating?.id ?? '',
    ];
    expect(await refusal(decide(sixth, heldFirst, 'release'))).toBe('access_denied');
    await decide(reviewer, heldFirst, 'release', 'They use it');
    await decide(reviewer, heldSecond, 'reject', 'Copied from another');
    expect((await list(sixth, of)).summary).toMatchObject({ count: 6, distribution: [5, 1, 0, 0, 0] });
    expect((await own(seventh, of)).rating).toMatchObject({ state: 'rejected', reason: 'Copied from another' });
    expect(await refusal(rate(seventh, of))).toBe('rating_not_allowed');
    await seventh.call(routes.ratings.remove, { params: { publisher: of.publisher, plugin: of.plugin } });
    expect(await refusal(rate(seventh, of))).toBe('rating_not_allowed');
  });

  test('by turning old ratings is held like that by new ones', async () => {
    const of = await listed();
    const users: TestOrganisation[] = [];
    for (let index = 0; index < 6; index += 1) users.push(await user(of));
    for (const { owner } of users.slice(0, 5)) await rate(owner, of);
    const past = () =>
      asSystem(server.db, 'ratings', (tx) =>
        sql`update ratings set rated_at = rated_at - interval '40 days' where plugin_id = ${of.plugin}`.execute(tx),
      );
    await past();
    const last = users[5]?.owner ?? server.owner;
    expect((await rate(last, of)).rating?.state).toBe('visible');
    await past();
    for (const { owner } of users.slice(0, 5)) await rate(owner, of, { stars: 1 });
    expect((await rate(last, of, { stars: 1 })).rating?.state).toBe('held');
  });

  test('where many ratings a day are usual needs more to be one', async () => {
    const of = await listed();
    // Four a day, for a month, of organisations that are there as rows alone.
    await asSystem(server.db, 'ratings', async (tx) => {
      await sql`insert into organisations (name, created_at)
        select ${`${of.plugin} `} || number, now() - interval '1 year' from generate_series(0, 119) as number`.execute(tx);
      await sql`insert into ratings (organisation_id, publisher, plugin_id, stars, version, state, rated_at)
        select id, ${of.publisher}, ${of.plugin}, 5, '1.0.0', 'visible',
          now() - interval '36 hours' - make_interval(days => split_part(name, ' ', 2)::integer % 30)
        from organisations where name like ${`${of.plugin} %`}`.execute(tx);
    });
    const states: (string | undefined)[] = [];
    for (let index = 0; index < 13; index += 1)
      states.push((await rate((await user(of)).owner, of, { stars: 1 })).rating?.state);
    // Three times the four that are usual.
    expect(states).toEqual([...Array.from({ length: 12 }, () => 'visible'), 'held']);
  });

  test('by organisations that were made for it is held from the third on', async () => {
    const of = await listed();
    const states: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1)
      states.push((await rate((await user(of, { young: true })).owner, of)).rating?.held ?? 'counts');
    expect(states).toEqual(['counts', 'counts', 'young']);
    // Who has been here for long is heard all the same.
    expect((await rate((await user(of)).owner, of)).rating?.state).toBe('visible');
  });
});

describe('a moderator', () => {
  test('decides, is objected to once, and somebody else decides then', async () => {
    const of = await listed();
    const { owner } = await user(of);
    const id = (await rate(owner, of, { stars: 1, text: 'It is bad' })).rating?.id ?? '';
    await decide(reviewer, id, 'reject', 'It insults');
    const appeal = (member: TestMember, text = 'It does not') =>
      member.call(routes.ratings.appeal, { params: { id }, body: { text } });
    expect(await refusal(appeal((await organisation()).owner))).toBe('rating_not_found');
    await appeal(owner);
    expect(await refusal(appeal(owner))).toBe('rating_state');
    expect(await queueOf('appealed', of)).toMatchObject([{ obstacle: 'decided-before', appeal: 'It does not' }]);
    expect(await refusal(decide(reviewer, id, 'reject'))).toBe('moderation_not_yours');
    await decide(second, id, 'release', 'It says what happened');
    expect((await list(owner, of)).summary.count).toBe(1);
    // For the same words it is not rejected again.
    expect(await refusal(decide(reviewer, id, 'reject'))).toBe('rating_state');
    // For other words it waits.
    expect((await rate(owner, of, { stars: 1, text: 'Buy mine' })).rating).toMatchObject({ held: 'changed', appeal: null });
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
    const of = await listed();
    await makeLeader(of.by.id, publisherSide.userId);
    const writer = await user(of);
    await server.call(routes.reviews.setReviewer, { body: { email: writer.owner.email, reviews: true } });
    const id = (await rate(writer.owner, of)).rating?.id ?? '';
    for (const member of [publisherSide, writer.owner])
      expect(await refusal(decide(member, id, 'reject'))).toBe('moderation_not_yours');
    expect((await list(writer.owner, of)).summary.count).toBe(1);
  });

  test('is shown what was let pass once it says something else', async () => {
    const of = await listed();
    const users = await Promise.all(Array.from({ length: 6 }, () => user(of)));
    for (const { owner } of users) await rate(owner, of, { text: 'Good' });
    const held = (await queueOf('held', of))[0]?.id ?? '';
    await decide(reviewer, held, 'release');
    const states = await Promise.all(users.map(async ({ owner }) => ({ owner, ...(await own(owner, of)).rating })));
    const writer = states.find(({ id }) => id === held)?.owner ?? server.owner;
    expect((await rate(writer, of, { text: 'Hostile now' })).rating).toMatchObject({ state: 'held', held: 'changed' });
  });
});

describe('a publisher', () => {
  test('replies to ratings of their plugins alone, and what they say can be removed', async () => {
    const of = await listed();
    const writer = await user(of);
    const id = (await rate(writer.owner, of)).rating?.id ?? '';
    const reply = (member: TestMember, text: string | null) =>
      member.call(routes.ratings.reply, { params: { id }, body: { text } });
    const stranger = (await listed()).by.owner;
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
    const of = await listed();
    const users: TestOrganisation[] = [];
    for (let index = 0; index < 4; index += 1) users.push(await user(of));
    for (const { owner } of users) await rate(owner, of);
    const ids = (await list(server.owner, of)).items.map(({ id }) => id);
    const oldest = ids[3] ?? '';
    const voter = await organisation();
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
    const of = await listed();
    const [going, staying] = [await user(of), await user(of)];
    await rate(going.owner, of, { stars: 1 });
    const id = (await rate(staying.owner, of, { stars: 4 })).rating?.id ?? '';
    await going.owner.call(routes.ratings.helpful, { params: { id }, body: { helpful: true } });
    await asSystem(server.db, 'erase', (tx) => tx.deleteFrom('organisations').where('id', '=', going.id).execute());
    expect((await list(staying.owner, of)).summary).toEqual({ count: 1, mean: 4, distribution: [0, 0, 0, 1, 0] });
    expect((await list(staying.owner, of)).items).toMatchObject([{ helpful: 0 }]);
  });

  test('a person leaves the rating of their organisation, without them', async () => {
    const of = await listed();
    const made = await user(of);
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
