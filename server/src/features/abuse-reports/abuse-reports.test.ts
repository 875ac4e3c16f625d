import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AbuseSubjectRef } from '@proofpix/contract/api/abuse-reports';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { insertPublishing } from '../../../test/publishing-fixtures.ts';
import { insertRating } from '../../../test/rating-fixtures.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { makeReviewer } from '../submissions/test/publishing.ts';

let server: TestServer;
let reviewer: TestMember;
let maker: TestMember;
let of: { publisher: string; plugin: string };
beforeAll(async () => {
  server = await startServer();
  reviewer = await makeReviewer(server);
  maker = (await server.createOrganisation()).owner;
  of = await released();
});
afterAll(() => server?.stop());

async function released(): Promise<{ publisher: string; plugin: string }> {
  const { PUBLISHER: publisher, RELEASED: plugin } = await insertPublishing(server, maker.organisationId);
  return { publisher, plugin };
}

const report = (member: TestMember, subject: AbuseSubjectRef, text = 'It sends photos somewhere') =>
  member.call(routes.abuseReports.create, { body: { subject, category: 'malicious', text } });
const listing = (named = of): AbuseSubjectRef => ({ kind: 'listing', ...named });
const queue = async (query: { state?: 'open' | 'acted'; kind?: 'rating' } = {}, member = reviewer) =>
  (await member.call(routes.abuseReports.queue, { query: { limit: 100, ...query } })).items;
const move = (
  member: TestMember,
  id: string,
  body: { state: 'open' | 'in-review' } | { state: 'acted' | 'dismissed'; reason: string },
) => member.call(routes.abuseReports.decide, { params: { id }, body });
const refusal = (done: Promise<unknown>) =>
  done.then(
    () => 'no problem',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );

describe('a report', () => {
  test('goes from open to a decision, whose reason whoever reported it reads, and stays decided', async () => {
    const { owner } = await server.createOrganisation();
    const { id, state } = await report(owner, listing());
    expect(state).toBe('open');
    expect(await queue({ state: 'open' })).toContainEqual(
      expect.objectContaining({
        id,
        publisher: of.publisher,
        plugin: of.plugin,
        category: 'malicious',
        obstacle: null,
      }),
    );
    // Who it was is told to nobody.
    const texts = JSON.stringify(await queue());
    for (const named of [owner.userId, owner.organisationId, owner.email]) expect(texts).not.toContain(named);
    await move(reviewer, id, { state: 'in-review' });
    await move(reviewer, id, { state: 'open' });
    await move(reviewer, id, { state: 'in-review' });
    expect(await refusal(move(reviewer, id, { state: 'acted', reason: ' ' }))).toBe('invalid_request');
    await move(reviewer, id, { state: 'acted', reason: 'The version was ended' });
    const mine = await owner.call(routes.abuseReports.mine);
    expect(mine.items).toMatchObject([
      { id, state: 'acted', reason: 'The version was ended', decidedAt: expect.any(String) },
    ]);
    expect(await refusal(move(reviewer, id, { state: 'open' }))).toBe('abuse_report_state');
    expect((await queue({ state: 'acted' })).map((row) => row.id)).toContain(id);
    expect((await queue()).map((row) => row.id)).not.toContain(id);
    // Somebody else of the organisation did not report it.
    const colleague = await server.signIn('admin');
    expect((await colleague.call(routes.abuseReports.mine)).items).toEqual([]);
  });

  test('is one of each person and subject until it is decided, also of many at once', async () => {
    const { owner } = await server.createOrganisation();
    const subject = listing(await released());
    const codes = await Promise.all([1, 2, 3, 4].map(() => refusal(report(owner, subject))));
    expect(codes.toSorted()).toEqual([
      'abuse_report_exists',
      'abuse_report_exists',
      'abuse_report_exists',
      'no problem',
    ]);
    const [{ id = '' } = {}] = (await owner.call(routes.abuseReports.mine)).items;
    await move(reviewer, id, { state: 'dismissed', reason: 'It does what it says' });
    await report(owner, subject);
  });

  test('is one of ten of a person that nobody decided about', async () => {
    const { owner } = await server.createOrganisation();
    const subjects = await Promise.all(Array.from({ length: 12 }, async () => listing(await released())));
    const codes = await Promise.all(subjects.map((subject) => refusal(report(owner, subject))));
    expect(codes.filter((code) => code === 'no problem')).toHaveLength(10);
    expect(codes.filter((code) => code === 'too_many_abuse_reports')).toHaveLength(2);
  });

  test.each([
    ['a plugin', { kind: 'listing', publisher: 'nobodys-publisher', plugin: 'nobodys-plugin' }, 'release_not_found'],
    ['a publisher', { kind: 'publisher', publisher: 'nobodys-publisher' }, 'publisher_not_found'],
    ['a rating', { kind: 'rating', id: '00000000-0000-4000-8000-000000000000' }, 'rating_not_found'],
  ] as const)('of %s that is nowhere is refused', async (_, subject, code) => {
    const { owner } = await server.createOrganisation();
    expect(await refusal(report(owner, subject))).toBe(code);
  });

  test('of a rating shows what was written, and puts it before those who moderate ratings', async () => {
    const { id: writing } = await server.createOrganisation();
    const { owner } = await server.createOrganisation();
    const rating = await insertRating(server, writing, { ...of, state: 'visible' });
    const { id } = await report(owner, { kind: 'rating', id: rating });
    expect(await queue({ kind: 'rating' })).toContainEqual(
      expect.objectContaining({ id, rating, rated: 'Of the fixtures', plugin: of.plugin }),
    );
    const reported = await reviewer.call(routes.ratings.queue, { query: { queue: 'reported' } });
    expect(reported.items).toContainEqual(expect.objectContaining({ id: rating, reports: 1, obstacle: null }));
    // A report alone hides nothing: else whoever is rated badly would report.
    const shown = await owner.call(routes.ratings.list, { params: of });
    expect(shown.items.map((row) => row.id)).toContain(rating);
    // What waits or was rejected is seen by nobody, and cannot be reported.
    const held = await insertRating(server, owner.organisationId, { ...of, state: 'held' });
    expect(await refusal(report(owner, { kind: 'rating', id: held }))).toBe('rating_not_found');
  });

  test('is not decided by those whom it is about, or who made it', async () => {
    const { owner } = await server.createOrganisation();
    const { id } = await report(owner, { kind: 'publisher', publisher: of.publisher });
    const moderators = [owner, maker];
    for (const { email } of moderators)
      await server.call(routes.reviews.setReviewer, { body: { email, reviews: true } });
    for (const member of moderators) {
      expect((await queue({}, member)).find((row) => row.id === id)?.obstacle).toBe('own');
      expect(await refusal(move(member, id, { state: 'dismissed', reason: 'No' }))).toBe('moderation_not_yours');
    }
  });

  test('with control characters, or more than 2,000 of any, is refused', async () => {
    const { owner } = await server.createOrganisation();
    for (const text of ['\u001b[2J', '   ', 'x'.repeat(2_001), '\u202ereversed'])
      expect(await refusal(report(owner, listing(), text))).toBe('invalid_request');
  });

  test('is nothing to those who do not moderate', async () => {
    const { owner } = await server.createOrganisation();
    expect(await refusal(queue({}, owner))).toBe('access_denied');
    const stored = await asSystem(server.db, 'abuse-reports', (tx) =>
      tx.selectFrom('abuse_reports').select('id').limit(1).executeTakeFirstOrThrow(),
    );
    expect(await refusal(move(owner, stored.id, { state: 'in-review' }))).toBe('access_denied');
  });
});
