import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { makeReviewer } from '../submissions/test/publishing.ts';
import { decide, list, listed, makeLeader, organisation, own, queueOf, rate, refusal, user } from './test/rate.ts';

let server: TestServer;
let reviewer: TestMember;
beforeAll(async () => {
  server = await startServer();
  reviewer = await makeReviewer(server);
});
afterAll(() => server?.stop());

describe('ballot stuffing', () => {
  test('by one person with many organisations is one voice, also once they left the first', async () => {
    const of = await listed(server);
    const [first, next] = [await user(server, of), await user(server, of)];
    await rate(first.owner, of);
    await makeLeader(server, next.id, first.owner.userId);
    expect((await own(next.owner, of)).obstacle).toBe('rated-elsewhere');
    expect(await refusal(rate(next.owner, of))).toBe('rating_not_allowed');
    // A new owner for the first one, and the person is gone from it.
    const heir = await first.signIn('owner');
    await heir.call(routes.members.remove, { params: { id: first.owner.userId } });
    expect(await refusal(rate(next.owner, of))).toBe('rating_not_allowed');
    expect((await list(next.owner, of)).summary.count).toBe(1);
  });

  test('by both organisations at the same moment is one voice', async () => {
    const of = await listed(server);
    const [first, next] = [await user(server, of), await user(server, of)];
    await makeLeader(server, next.id, first.owner.userId);
    const codes = await Promise.all([first, next].map(({ owner }) => refusal(rate(owner, of))));
    expect(codes.toSorted()).toEqual(['no problem', 'rating_not_allowed']);
    expect((await list(first.owner, of)).summary.count).toBe(1);
  });

  test('by deleting and rating again changes nothing but the rating', async () => {
    const of = await listed(server);
    const { owner } = await user(server, of);
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
    const of = await listed(server);
    const { owner } = await user(server, of);
    await Promise.all([1, 2, 3, 4, 5].map((stars) => rate(owner, of, { stars: stars as 5 })));
    const { summary, items } = await list(owner, of);
    expect([summary.count, items.length]).toEqual([1, 1]);
  });

  test('with helpful voices is one of each organisation and person, and none of author and publisher', async () => {
    const of = await listed(server);
    const [author, voter, other] = [await user(server, of), await organisation(server), await organisation(server)];
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
    const of = await listed(server);
    const users: TestOrganisation[] = [];
    for (let index = 0; index < 7; index += 1) users.push(await user(server, of));
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

    const waiting = await queueOf(reviewer, 'held', of);
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
    const of = await listed(server);
    const users: TestOrganisation[] = [];
    for (let index = 0; index < 6; index += 1) users.push(await user(server, of));
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
    const of = await listed(server);
    // Four a day, for a month, of organisations that are there as rows alone.
    await asSystem(server.db, 'ratings', async (tx) => {
      await sql`insert into organisations (name, created_at)
        select ${`${of.plugin} `} || number, now() - interval '1 year' from generate_series(0, 119) as number`.execute(
        tx,
      );
      await sql`insert into ratings (organisation_id, publisher, plugin_id, stars, version, state, rated_at)
        select id, ${of.publisher}, ${of.plugin}, 5, '1.0.0', 'visible',
          now() - interval '36 hours' - make_interval(days => split_part(name, ' ', 2)::integer % 30)
        from organisations where name like ${`${of.plugin} %`}`.execute(tx);
    });
    const states: (string | undefined)[] = [];
    for (let index = 0; index < 13; index += 1)
      states.push((await rate((await user(server, of)).owner, of, { stars: 1 })).rating?.state);
    // Three times the four that are usual.
    expect(states).toEqual([...Array.from({ length: 12 }, () => 'visible'), 'held']);
  });

  test('by organisations that were made for it is held from the third on', async () => {
    const of = await listed(server);
    const states: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1)
      states.push((await rate((await user(server, of, { young: true })).owner, of)).rating?.held ?? 'counts');
    expect(states).toEqual(['counts', 'counts', 'young']);
    // Who has been here for long is heard all the same.
    expect((await rate((await user(server, of)).owner, of)).rating?.state).toBe('visible');
  });
});
