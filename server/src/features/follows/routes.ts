import { followRoutes } from '@proofpix/contract/community/follows';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import { chooseFollow, readFollows } from './keep-follows.ts';

/** Binds the table `follows`. */
export function bindFollowRoutes(app: App, { db }: { db: Database }): void {
  bind(app, followRoutes.list, async ({ caller }) => ({ status: 200, body: { items: await readFollows(db, caller) } }));
  bind(app, followRoutes.choose, async ({ params, body, caller }) => ({
    status: 200,
    body: { items: await chooseFollow(db, caller, { publisher: params.publisher, choice: body.choice }) },
  }));
}
