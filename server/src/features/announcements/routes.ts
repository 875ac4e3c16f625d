import { announcementRoutes } from '@proofpix/contract/community/announcements';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import type { Queue } from '../../queue.ts';
import { publishAnnouncement, readNotices, readReceived, readSent } from './keep-announcements.ts';

/** Binds the table `announcements`. */
export function bindAnnouncementRoutes(app: App, parts: { db: Database; queue: Queue }): void {
  const { db } = parts;
  bind(app, announcementRoutes.list, async ({ query, caller }) => ({
    status: 200,
    body: await readReceived(db, caller, query),
  }));
  bind(app, announcementRoutes.read, async ({ body, caller }) => ({
    status: 200,
    body: { unread: await readNotices(db, caller, body.ids ?? null) },
  }));
  bind(app, announcementRoutes.sent, async ({ params, query, caller }) => ({
    status: 200,
    body: await readSent(db, caller.organisationId, params.publisher, query),
  }));
  bind(app, announcementRoutes.publish, async ({ params: { publisher, plugin }, body, caller }) => ({
    status: 202,
    body: await publishAnnouncement(parts, caller, { publisher, pluginId: plugin }, body),
  }));
}
