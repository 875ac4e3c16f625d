import { abuseReportRoutes } from '@proofpix/contract/api/abuse-reports';
import type { Database } from '../../db/database.ts';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import { decideReport, readReportQueue } from './decide-report.ts';
import { makeReport, readMyReports } from './make-report.ts';

/** Binds the table `abuseReports`. */
export function bindAbuseReportRoutes(app: App, { db }: { db: Database }): void {
  const by = (caller: Caller) => ({
    organisationId: caller.organisationId,
    userId: caller.userId,
    actor: actorOf(caller),
  });
  bind(app, abuseReportRoutes.create, async ({ body, caller }) => ({
    status: 201,
    body: await makeReport(db, by(caller), body),
  }));
  bind(app, abuseReportRoutes.mine, async ({ query, caller }) => ({
    status: 200,
    body: await readMyReports(db, by(caller), query),
  }));
  bind(app, abuseReportRoutes.queue, async ({ query, caller }) => ({
    status: 200,
    body: await readReportQueue(db, caller.userId, query),
  }));
  bind(app, abuseReportRoutes.decide, async ({ params: { id }, body, caller }) => {
    await decideReport(db, by(caller), { id, ...body });
    return { status: 204 };
  });
}
