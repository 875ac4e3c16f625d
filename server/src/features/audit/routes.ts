import { auditRoutes } from '@proofpix/contract/api/audit';
import { bind, type App } from '../../http/bind.ts';
import { exportTrail } from './export/export-trail.ts';
import { listTrail } from './list-acts.ts';
import { inTrail, type AuditParts } from './open-trail.ts';
import { findHead, type Trail } from './queries.ts';
import { actorOf } from './record-act.ts';
import { showHead } from './show-act.ts';
import { verifyTrail } from './verify/verify-trail.ts';

/** Binds the table `audit`: the trail of the caller's organisation, and that of the server for whoever operates it. */
export function bindAuditRoutes(app: App, parts: AuditParts): void {
  const ofServer: Trail = null;

  bind(app, auditRoutes.list, async ({ caller, query }) => ({
    status: 200,
    body: await listTrail(parts, caller.organisationId, query),
  }));
  bind(app, auditRoutes.serverList, async ({ query }) => ({
    status: 200,
    body: await listTrail(parts, ofServer, query),
  }));
  bind(app, auditRoutes.export, ({ caller, query }) =>
    exportTrail(parts, { trail: caller.organisationId, actor: actorOf(caller), query }),
  );
  bind(app, auditRoutes.serverExport, ({ caller, query }) =>
    exportTrail(parts, { trail: ofServer, actor: actorOf(caller), query }),
  );
  bind(app, auditRoutes.head, async ({ caller }) => ({
    status: 200,
    body: await signedHead(parts, caller.organisationId),
  }));
  bind(app, auditRoutes.serverHead, async () => ({ status: 200, body: await signedHead(parts, ofServer) }));
  bind(app, auditRoutes.verify, async ({ caller, body: { head }, signal }) => ({
    status: 200,
    body: await verifyTrail(parts, { trail: caller.organisationId, actor: actorOf(caller), head, signal }),
  }));
  bind(app, auditRoutes.serverVerify, async ({ caller, body: { head }, signal }) => ({
    status: 200,
    body: await verifyTrail(parts, { trail: ofServer, actor: actorOf(caller), head, signal }),
  }));
}

async function signedHead({ db, sealing }: AuditParts, trail: Trail) {
  await sealing.now(trail);
  const row = await inTrail(db, trail, (tx) => findHead(tx, trail));
  return { head: row === undefined ? null : showHead(row) };
}
