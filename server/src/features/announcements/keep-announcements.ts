import type { AnnouncementKind } from '@proofpix/contract/community/announcement-kinds';
import {
  announcementLimit,
  reachStep,
  type Announcement,
  type NewAnnouncement,
  type ReceivedAnnouncement,
} from '@proofpix/contract/community/announcements';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { nobody, type Queue } from '../../queue.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import { ownPublisher } from '../publishers/keep-publishers.ts';
import { plainLine, plainText } from '../questions/plain-text.ts';
import { hasReleases } from '../questions/queries.ts';
import {
  countRecent,
  insertAnnouncement,
  listReceived,
  listSent,
  markRead,
  type AnnouncementRow,
  type ReceivedRow,
} from './queries.ts';

type Page = { cursor?: string | undefined; limit?: number | undefined };
type Parts = { db: Database; queue: Queue };

/** @throws Problem publisher_not_found, release_not_found, too_many_announcements, invalid_request */
export async function publishAnnouncement(
  { db, queue }: Parts,
  caller: Caller,
  named: { publisher: string; pluginId: string },
  wanted: NewAnnouncement,
): Promise<Announcement> {
  const [title, text] = [plainLine('title', wanted.title), plainText('text', wanted.text)];
  const { kind } = wanted;
  const { organisationId } = caller;
  const row = await asSystem(db, 'announcements', async (tx) => {
    await ownPublisher(tx, { organisationId, name: named.publisher });
    if (!(await hasReleases(tx, named))) throw new Problem('release_not_found');
    const recent = await countRecent(tx, named);
    // What is about security never waits. It stands in the trail like the others.
    if (kind !== 'security' && recent >= announcementLimit.count) throw new Problem('too_many_announcements');
    const inserted = await insertAnnouncement(tx, { ...named, organisationId, kind, version: null, title, text });
    await queue.send(tx, 'announcement', { organisationId: nobody, id: inserted.id });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'announcement.publish',
      subject: { kind: 'announcement', id: inserted.id },
      after: { publisher: named.publisher, plugin: named.pluginId, kind, title },
    });
    return inserted;
  });
  return showSent(row);
}

/** @throws Problem publisher_not_found, invalid_request */
export async function readSent(db: Database, organisationId: string, publisher: string, query: Page) {
  const size = query.limit ?? limits.pageDefault;
  const wanted = { after: decodeCursor(query.cursor), limit: size };
  const found = await asSystem(db, 'announcements', async (tx) => {
    await ownPublisher(tx, { organisationId, name: publisher });
    return listSent(tx, publisher, wanted);
  });
  return pageOf<AnnouncementRow, Announcement>(found.rows, found.counted, size, {
    item: showSent,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

/** @throws Problem invalid_request */
export async function readReceived(db: Database, caller: Caller, query: Page & { unread?: boolean | undefined }) {
  const size = query.limit ?? limits.pageDefault;
  const wanted = { unread: query.unread ?? false, after: decodeCursor(query.cursor), limit: size };
  const found = await withOrganisation(db, caller.organisationId, (tx) => listReceived(tx, caller, wanted));
  return pageOf<ReceivedRow, ReceivedAnnouncement>(found.rows, found.counted, size, {
    item: showReceived,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

export async function readNotices(db: Database, caller: Caller, ids: readonly string[] | null): Promise<number> {
  return withOrganisation(db, caller.organisationId, (tx) => markRead(tx, caller, ids));
}

/** One more or less shows nothing: otherwise a publisher could tell from two numbers who came or went. */
function roundedReach(reached: number): number | null {
  return reached < reachStep ? null : reached - (reached % reachStep);
}

function showSent(row: AnnouncementRow): Announcement {
  return {
    id: row.id,
    publisher: row.publisher,
    plugin: row.plugin_id,
    kind: row.kind as AnnouncementKind, // releases are not among what a publisher wrote
    title: row.title,
    text: row.body,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
    reached: row.sent_at === null ? null : roundedReach(Number(row.reached)),
  };
}

function showReceived(row: ReceivedRow): ReceivedAnnouncement {
  return {
    id: row.id,
    publisher: row.publisher,
    plugin: row.plugin_id,
    kind: row.kind,
    version: row.version,
    title: row.title,
    text: row.body,
    receivedAt: row.created_at.toISOString(),
    readAt: row.read_at?.toISOString() ?? null,
  };
}
