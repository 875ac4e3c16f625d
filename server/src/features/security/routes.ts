import { securityRoutes } from '@proofpix/contract/api/security';
import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import { listEvents } from './list-events.ts';
import { summariseEvents } from './summarise-events.ts';

/** Binds the table `security`. */
export function bindSecurityRoutes(app: App, parts: { db: Database; host: Host; flush: () => Promise<void> }): void {
  bind(app, securityRoutes.events, async ({ caller, query }) => ({
    status: 200,
    body: await listEvents(parts, caller.organisationId, query),
  }));
  bind(app, securityRoutes.summary, async ({ caller }) => ({
    status: 200,
    body: await summariseEvents(parts, caller.organisationId),
  }));
}
