import type { abuseReportRoutes } from '@proofpix/contract/api/abuse-reports';
import { abuseSteps } from '@proofpix/contract/community/abuse-reports';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteBody, RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { plainText } from '../ratings/plain-text.ts';
import { showReport } from './make-report.ts';
import { changeReport, listReports, lockReport } from './queries.ts';

export async function readReportQueue(
  db: Database,
  reader: string,
  { state, kind, cursor, limit = limits.pageDefault }: RouteQuery<typeof abuseReportRoutes.queue>,
): Promise<RouteReply<typeof abuseReportRoutes.queue>> {
  const after = decodeCursor(cursor);
  const { rows, counted } = await asSystem(db, 'abuse-reports', (tx) =>
    listReports(tx, reader, { state, kind, after, limit }),
  );
  return pageOf(rows, counted, limit, {
    item: (row) => ({
      ...showReport(row),
      others: row.others,
      rated: row.rated,
      obstacle: row.is_own ? ('own' as const) : null,
    }),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

/**
 * The act itself is another one, with its own trail: a rating is rejected, a package is put on the kill list. Here whoever
 * reported it is answered. @throws Problem abuse_report_not_found, abuse_report_state, moderation_not_yours
 */
export async function decideReport(
  db: Database,
  { userId, actor }: { userId: string; actor: Actor },
  { id, ...wanted }: RouteBody<typeof abuseReportRoutes.decide> & { id: string },
): Promise<void> {
  const { state } = wanted;
  const reason = 'reason' in wanted ? plainText('/reason', wanted.reason, 1) : null;
  await asSystem(db, 'abuse-reports', async (tx) => {
    const row = await lockReport(tx, userId, id);
    if (row === undefined) throw new Problem('abuse_report_not_found');
    if (row.is_own) throw new Problem('moderation_not_yours');
    if (!abuseSteps[row.state].includes(state)) throw new Problem('abuse_report_state', `It is ${row.state}.`);
    const decided =
      reason === null ? { decided_by: null, decided_at: null } : { decided_by: userId, decided_at: new Date() };
    await changeReport(tx, id, { state, reason, ...decided });
    await recordAct(tx, {
      organisationId: null,
      actor,
      act: 'abuse-report.decide',
      subject: { kind: 'abuse-report', id },
      ...(reason === null ? {} : { reason }),
      before: { state: row.state },
      after: { state },
    });
  });
}
