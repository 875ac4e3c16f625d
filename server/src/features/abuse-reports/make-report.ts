import type { AbuseReport, AbuseSubjectRef, abuseReportRoutes } from '@proofpix/contract/api/abuse-reports';
import { openAbuseReports } from '@proofpix/contract/community/abuse-reports';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteBody, RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { findPublisher } from '../publishers/queries.ts';
import { plainText } from '../ratings/plain-text.ts';
import { findVisible } from '../ratings/queries.ts';
import { listReleases } from '../releases/queries.ts';
import { countOpen, insertReport, listMine, type NewReport, type ReportRow } from './queries.ts';

export type Reporter = { organisationId: string; userId: string; actor: Actor };

/**
 * One that is not decided yet of each person and subject, and a few in all: whoever reports by the dozen is heard as one.
 * @throws Problem release_not_found, rating_not_found, publisher_not_found, abuse_report_exists, too_many_abuse_reports
 */
export async function makeReport(
  db: Database,
  { organisationId, userId, actor }: Reporter,
  { subject, category, text: given }: RouteBody<typeof abuseReportRoutes.create>,
): Promise<AbuseReport> {
  const text = plainText('/text', given, 1);
  return asSystem(db, 'abuse-reports', async (tx) => {
    const about = await findSubject(tx, subject);
    if ((await countOpen(tx, userId)) >= openAbuseReports) throw new Problem('too_many_abuse_reports');
    const row = await insertReport(tx, { organisationId, reporter: userId, ...about, category, text });
    if (row === undefined) throw new Problem('abuse_report_exists');
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'abuse-report.make',
      subject: { kind: 'abuse-report', id: row.id },
      after: { about: about.kind, publisher: about.publisher, plugin: about.pluginId, category },
    });
    return showReport(row);
  });
}

export async function readMyReports(
  db: Database,
  reporter: Reporter,
  { cursor, limit = limits.pageDefault }: RouteQuery<typeof abuseReportRoutes.mine>,
): Promise<RouteReply<typeof abuseReportRoutes.mine>> {
  const after = decodeCursor(cursor);
  const { rows, counted } = await asSystem(db, 'abuse-reports', (tx) => listMine(tx, reporter, after, limit));
  return pageOf(rows, counted, limit, {
    item: showReport,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

type About = Pick<NewReport, 'kind' | 'subject' | 'publisher' | 'pluginId' | 'ratingId'>;

async function findSubject(tx: Tx, ref: AbuseSubjectRef): Promise<About> {
  if (ref.kind === 'rating') {
    const row = await findVisible(tx, ref.id);
    if (row === undefined) throw new Problem('rating_not_found');
    return { kind: 'rating', subject: row.id, publisher: row.publisher, pluginId: row.plugin_id, ratingId: row.id };
  }
  const { publisher } = ref;
  if (ref.kind === 'publisher') {
    if ((await findPublisher(tx, publisher)) === undefined) throw new Problem('publisher_not_found');
    return { kind: 'publisher', subject: publisher, publisher, pluginId: null, ratingId: null };
  }
  const { plugin: pluginId } = ref;
  if ((await listReleases(tx, { publisher, pluginId })).length === 0) throw new Problem('release_not_found');
  return { kind: 'listing', subject: `${publisher}/${pluginId}`, publisher, pluginId, ratingId: null };
}

export function showReport(row: ReportRow): AbuseReport {
  return {
    id: row.id,
    kind: row.kind,
    publisher: row.publisher,
    plugin: row.plugin_id,
    rating: row.rating_id,
    category: row.category,
    text: row.text,
    state: row.state,
    reason: row.reason,
    at: row.created_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
  };
}
