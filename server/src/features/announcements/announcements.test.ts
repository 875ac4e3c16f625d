import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announcementLimit } from '@proofpix/contract/community/announcements';
import { routes } from '@proofpix/contract/routes';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { insertPublishing } from '../../../test/publishing-fixtures.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { makePublisher, makeReviewer, publish } from '../submissions/test/publishing.ts';
import { sendAnnouncement } from './send-announcement.ts';

let server: TestServer;
let maker: TestMember;
let user: TestOrganisation;
let named: { publisher: string; plugin: string };

beforeAll(async () => {
  server = await startServer();
  maker = (await server.createOrganisation()).owner;
  user = await server.createOrganisation();
});
afterAll(() => server?.stop());

/** A plugin of its own for each, so that none counts towards another's limit. */
async function listed(): Promise<typeof named> {
  const { PUBLISHER, RELEASED } = await insertPublishing(server, maker.organisationId);
  return { publisher: PUBLISHER, plugin: RELEASED };
}

/** As an install from the marketplace leaves it. */
async function installed(organisationId: string, { publisher, plugin }: typeof named): Promise<void> {
  const digest = randomBytes(32).toString('hex');
  await withOrganisation(server.db, organisationId, (tx) =>
    tx
      .insertInto('plugins')
      .values({
        organisation_id: organisationId,
        source: 'marketplace',
        publisher,
        plugin_id: plugin,
        version: '1.0.0',
        manifest: jsonText({ id: plugin, name: plugin, version: '1.0.0', type: 'utility', category: 'other' }),
        digest,
        archive_digest: digest,
        size: 1,
      })
      .execute(),
  );
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );
const said = { kind: 'news', title: 'Version 2 is near', text: 'It reads HEIC.\nAnd HEIF.' } as const;
const announce = (to: typeof named, more: object = {}, member = maker) =>
  member.call(routes.announcements.publish, { params: to, body: { ...said, ...more } });
const received = async (member: TestMember, to: typeof named) =>
  (await member.call(routes.announcements.list)).items.filter(({ publisher }) => publisher === to.publisher);
const follow = (member: TestMember, to: typeof named, choice: 'follows' | 'muted' | 'none') =>
  member.call(routes.follows.choose, { params: { publisher: to.publisher }, body: { choice } });
const sent = async (to: typeof named, id: string) => {
  const { items } = await maker.call(routes.announcements.sent, { params: { publisher: to.publisher } });
  return items.find((each) => each.id === id);
};
/** Once it is through, whatever the machine. */
async function arrived(to: typeof named, id: string) {
  await expect.poll(async () => (await sent(to, id))?.sentAt ?? null, { timeout: 120_000 }).not.toBeNull();
  return sent(to, id);
}

describe('an announcement', () => {
  test('reaches owners and admins where it is installed, and whoever follows, each once', async () => {
    const to = await listed();
    await installed(user.id, to);
    await installed(maker.organisationId, to);
    const [admin, analyst, follower] = [
      await user.signIn('admin'),
      await user.signIn('analyst'),
      await user.signIn('viewer'),
    ];
    const elsewhere = await server.createOrganisation();
    await follow(follower, to, 'follows');
    await follow(admin, to, 'follows');
    await follow(elsewhere.owner, to, 'follows');
    const { id, sentAt, reached } = await announce(to);
    expect([sentAt, reached]).toEqual([null, null]);
    await arrived(to, id);
    for (const member of [user.owner, admin, follower, elsewhere.owner])
      expect(await received(member, to)).toMatchObject([{ id, ...said, plugin: to.plugin, readAt: null }]);
    const others = [analyst, maker, await elsewhere.signIn('admin'), server.owner];
    for (const member of others) expect(await received(member, to)).toEqual([]);
  });

  test('of one who is done already is not sent twice, nor one that a crash interrupted', async () => {
    const to = await listed();
    await installed(user.id, to);
    const { id } = await announce(to);
    await arrived(to, id);
    const again = () => sendAnnouncement(server.db, id, new AbortController().signal);
    await again();
    // As if the server had died before it wrote that it was done, and before it wrote how far it came.
    await asSystem(server.db, 'announcements', (tx) =>
      sql`update announcements set sent_at = null, sent_through = null where id = ${id}`.execute(tx),
    );
    await Promise.all([again(), again()]);
    expect((await sent(to, id))?.sentAt).not.toBeNull();
    expect(await received(user.owner, to)).toHaveLength(1);
  });

  test('tells its publisher how many organisations it went to, in steps, and below five nothing', async () => {
    const to = await listed();
    const four = await Promise.all(Array.from({ length: 4 }, () => server.createOrganisation()));
    for (const { id } of four) await installed(id, to);
    expect((await arrived(to, (await announce(to)).id))?.reached).toBeNull();
    for (const { id } of await Promise.all([server.createOrganisation(), server.createOrganisation()]))
      await installed(id, to);
    const answer = await arrived(to, (await announce(to)).id);
    expect(answer?.reached).toBe(5);
    for (const { id, owner } of four)
      for (const known of [id, owner.email]) expect(JSON.stringify(answer)).not.toContain(known);
  });

  test('is one of four in thirty days, but for what is about security, also of many at once', async () => {
    const to = await listed();
    const codes = await Promise.all(Array.from({ length: announcementLimit.count + 2 }, () => refusal(announce(to))));
    expect(codes.filter((code) => code === 'no problem')).toHaveLength(announcementLimit.count);
    expect(await refusal(announce(to, { kind: 'deprecation' }))).toBe('too_many_announcements');
    expect(await refusal(announce(to, { kind: 'security' }))).toBe('no problem');
    const { items } = await maker.call(routes.audit.list, { query: { act: 'announcement.publish' } });
    expect(items[0]).toMatchObject({ after: { plugin: to.plugin, kind: 'security', title: said.title } });
    await asSystem(server.db, 'announcements', (tx) =>
      sql`update announcements set created_at = created_at - interval '31 days' where publisher = ${to.publisher}`.execute(
        tx,
      ),
    );
    expect(await refusal(announce(to))).toBe('no problem');
  });

  test('is of whoever has the publisher, about a plugin of theirs', async () => {
    const to = await listed();
    expect(await refusal(announce(to, {}, user.owner))).toBe('publisher_not_found');
    expect(await refusal(announce(to, {}, await user.signIn('analyst')))).toBe('access_denied');
    const other = await listed();
    const crossed = { publisher: to.publisher, plugin: other.plugin };
    expect(await refusal(announce(crossed))).toBe('release_not_found');
    const params = { publisher: to.publisher };
    expect(await refusal(user.owner.call(routes.announcements.sent, { params }))).toBe('publisher_not_found');
    expect(await refusal(announce(to, { title: 'x'.repeat(121) }))).toBe('invalid_request');
    expect(await refusal(announce(to, { kind: 'release' }))).toBe('invalid_request');
    const { title } = await announce(to, { title: 'Fine\u202e\r\nBcc: everybody' });
    expect(title).toBe('Fine Bcc: everybody');
  });

  test('is marked as read by whoever got it, and by nobody else', async () => {
    const to = await listed();
    const { owner, id: organisation } = await server.createOrganisation();
    await installed(organisation, to);
    const ids = [];
    for (const kind of ['news', 'security', 'deprecation']) ids.push((await announce(to, { kind })).id);
    for (const id of ids) await arrived(to, id);
    const mark = (member: TestMember, body: { ids?: string[] }) => member.call(routes.announcements.read, { body });
    await mark(user.owner, { ids });
    await mark(user.owner, {});
    expect((await received(owner, to)).filter(({ readAt }) => readAt === null)).toHaveLength(3);
    expect(await mark(owner, { ids: [] })).toEqual({ unread: 3 });
    expect(await mark(owner, { ids: ids.slice(0, 1) })).toEqual({ unread: 2 });
    const unread = await owner.call(routes.announcements.list, { query: { unread: true, limit: 1 } });
    expect(unread).toMatchObject({ total: 2, items: [{ readAt: null }] });
    expect(await mark(owner, {})).toEqual({ unread: 0 });
  });
});

describe('whoever muted a publisher', () => {
  test('hears nothing of its news, and everything about security or its end', async () => {
    const to = await listed();
    const { owner, id: organisation } = await server.createOrganisation();
    await installed(organisation, to);
    expect(await follow(owner, to, 'muted')).toMatchObject({ items: [{ publisher: to.publisher, choice: 'muted' }] });
    for (const kind of ['news', 'security', 'deprecation']) await arrived(to, (await announce(to, { kind })).id);
    expect((await received(owner, to)).map(({ kind }) => kind)).toEqual(['deprecation', 'security']);
    await follow(owner, to, 'none');
    await arrived(to, (await announce(to)).id);
    expect((await received(owner, to))[0]?.kind).toBe('news');
  });
});

describe('whoever follows a publisher', () => {
  test('hears of its releases, once it follows and as long as it does', async () => {
    const reviewer = await makeReviewer(server);
    const publisher = await makePublisher(maker, 'follow-me-labs');
    const to = { publisher, plugin: 'follow-me' };
    const [follower, before] = [await user.signIn('viewer'), await user.signIn('viewer')];
    await follow(follower, to, 'follows');
    await follow(before, to, 'follows');
    await follow(before, to, 'none');
    const release = (version: string) =>
      publish({ owner: maker, reviewer }, publisher, { manifest: { id: 'follow-me', name: 'Follow me', version } });
    await release('1.0.0');
    await expect
      .poll(() => received(follower, to), { timeout: 120_000 })
      .toMatchObject([{ kind: 'release', plugin: 'follow-me', version: '1.0.0', title: 'Follow me' }]);
    expect(await received(before, to)).toEqual([]);
    // A publisher reads what it wrote; releases are no announcements of theirs.
    expect((await maker.call(routes.announcements.sent, { params: { publisher } })).items).toEqual([]);
  });

  test('is listed to themselves alone, and follows somebody who is there', async () => {
    const to = await listed();
    const member = await user.signIn('analyst');
    expect(await follow(member, to, 'follows')).toMatchObject({
      items: [{ publisher: to.publisher, displayName: 'Of the fixtures', choice: 'follows' }],
    });
    expect((await member.call(routes.follows.list)).items).toHaveLength(1);
    const mine = (await user.owner.call(routes.follows.list)).items;
    expect(mine.map(({ publisher }) => publisher)).not.toContain(to.publisher);
    const nobodys = { publisher: 'nobodys-publisher', plugin: to.plugin };
    expect(await refusal(follow(member, nobodys, 'follows'))).toBe('publisher_not_found');
  });
});
