import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RouteBody, RouteReply } from '@proofpix/contract/route';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { takeEvidence } from '../controls/test/read-evidence.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

type Open = RouteReply<typeof routes.accessReviews.open>;
type Review = RouteBody<typeof routes.accessReviews.finish>;

const openOf = (member: TestMember): Promise<Open> => member.call(routes.accessReviews.open);

/** A review that keeps all, but for those named. */
function keeping({ members, tokens }: Open, removed: readonly string[] = []): Review {
  return {
    members: members.map(({ id, role }) => ({ id, role, keep: !removed.includes(id) })),
    tokens: tokens.map(({ id }) => ({ id, keep: !removed.includes(id) })),
  };
}

const finish = (member: TestMember, body: Review) => member.call(routes.accessReviews.finish, { body });
const today = () => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date(Date.now() + 24 * 3_600_000).toISOString(),
});

describe('a review of access', { timeout: 120_000 }, () => {
  let organisation: TestOrganisation;
  beforeAll(async () => {
    organisation = await server.createOrganisation();
  });

  test('removes who and what is not kept, and the period holds the whole list with the reason', async () => {
    const { owner } = organisation;
    const [leaver, stayer] = [await organisation.signIn('analyst'), await organisation.signIn('auditor')];
    const [kept, old] = [
      await owner.call(routes.tokens.create, { body: { name: 'Kept' } }),
      await owner.call(routes.tokens.create, { body: { name: 'Old' } }),
    ];
    const theirs = await leaver.call(routes.tokens.create, { body: { name: 'Theirs' } });
    const done = await finish(owner, {
      ...keeping(await openOf(owner), [leaver.userId, old.id]),
      note: 'Third quarter',
    });
    expect(done).toMatchObject({ kept: 3, removed: 3 });
    expect((await leaver.fetch('/api/account')).status).toBe(401);
    const after = await openOf(owner);
    expect(after.members.map(({ id }) => id).toSorted()).toEqual([owner.userId, stayer.userId].toSorted());
    expect(after.tokens.map(({ id }) => id)).toEqual([kept.id]);
    expect(after.last).toMatchObject({ kept: 3, removed: 3, by: expect.any(String) });

    const evidence = await takeEvidence(owner, today());
    const [review] = evidence.lines('controls/access-reviews.jsonl');
    expect(review).toMatchObject({
      act: 'access-review.finish',
      subject: { kind: 'access-review', id: done.id },
      actor: { id: owner.userId },
      reason: 'Third quarter',
      after: {
        kept: 3,
        removed: 3,
        members: expect.arrayContaining([
          { id: owner.userId, role: 'owner', decision: 'keep', reviewer: true },
          { id: leaver.userId, role: 'analyst', decision: 'remove' },
          { id: stayer.userId, role: 'auditor', decision: 'keep' },
        ]),
        tokens: expect.arrayContaining([
          expect.objectContaining({ id: kept.id, decision: 'keep' }),
          expect.objectContaining({ id: old.id, decision: 'remove' }),
          // A token does not outlive the member whose it is.
          expect.objectContaining({ id: theirs.id, member: leaver.userId, decision: 'remove' }),
        ]),
      },
      personal: expect.objectContaining({ members: expect.objectContaining({ [leaver.userId]: expect.anything() }) }),
    });
    const changes = evidence.lines('controls/access-changes.jsonl').map(({ act }) => act);
    expect(changes).toEqual(expect.arrayContaining(['member.remove', 'token.revoke']));
  });

  test('is refused, and removes nobody, where the list is not what is there', async () => {
    const { owner } = organisation;
    const open = await openOf(owner);
    const added = await organisation.signIn('viewer');
    const outdated = { code: 'access_review_outdated' };
    await expect(finish(owner, keeping(open))).rejects.toMatchObject(outdated);
    const now = keeping(await openOf(owner), [added.userId]);
    const asAdmin = now.members.map((member) =>
      member.id === added.userId ? { ...member, role: 'admin' as const } : member,
    );
    await expect(finish(owner, { ...now, members: asAdmin })).rejects.toMatchObject(outdated);
    await expect(finish(owner, { ...now, members: now.members.slice(1) })).rejects.toMatchObject(outdated);
    const twice = [...now.members.slice(1), ...now.members.slice(1, 2)];
    await expect(finish(owner, { ...now, members: twice })).rejects.toMatchObject(outdated);
    await expect(finish(owner, { ...now, tokens: [] })).rejects.toMatchObject(outdated);
    expect((await openOf(owner)).members.map(({ id }) => id)).toContain(added.userId);
  });

  test('names nobody of another organisation', async () => {
    const other = await server.createOrganisation();
    const open = await openOf(organisation.owner);
    expect(JSON.stringify(open)).not.toContain(other.owner.userId);
    const foreign = { id: other.owner.userId, role: 'owner' as const, keep: false };
    const review = keeping(open);
    await expect(
      finish(organisation.owner, { ...review, members: [...review.members, foreign] }),
    ).rejects.toMatchObject({ code: 'access_review_outdated' });
    expect((await other.owner.fetch('/api/account')).status).toBe(200);
  });

  test('is for people: an API token is refused, and nobody removes themselves', async () => {
    const { owner } = organisation;
    const token = await owner.call(routes.tokens.create, {
      body: { name: 'Reviewer', access: ['signed-in', 'members:manage'] },
    });
    const reply = await owner.fetch('/api/access-reviews', {
      method: 'POST',
      headers: { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(keeping(await openOf(owner))),
    });
    expect(await reply.json()).toMatchObject({ code: 'session_required' });
    await expect(finish(owner, keeping(await openOf(owner), [owner.userId]))).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ field: 'members' }],
    });
  });

  test('an admin does not remove an owner by it, and then removes nobody else either', async () => {
    const [admin, viewer] = [await organisation.signIn('admin'), await organisation.signIn('viewer')];
    const { owner } = organisation;
    const review = keeping(await openOf(admin), [owner.userId, viewer.userId]);
    await expect(finish(admin, review)).rejects.toMatchObject({ code: 'access_denied' });
    expect((await openOf(owner)).members.map(({ id }) => id)).toEqual(
      expect.arrayContaining([owner.userId, viewer.userId]),
    );
  });
});
