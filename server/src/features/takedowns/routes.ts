import { takedownRoutes } from '@proofpix/contract/api/takedowns';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import { listTakedowns } from './list-takedowns.ts';

/** Binds the table `takedowns`. */
export function bindTakedownRoutes(app: App, { db }: { db: Database }): void {
  bind(app, takedownRoutes.list, async ({ query, caller }) => ({
    status: 200,
    body: await listTakedowns(db, caller.organisationId, query),
  }));
}
