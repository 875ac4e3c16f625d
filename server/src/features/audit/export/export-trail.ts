import { Readable } from 'node:stream';
import type { auditRoutes } from '@proofpix/contract/api/audit';
import type { AuditExportBegin } from '@proofpix/contract/audit-record';
import type { RouteQuery } from '@proofpix/contract/route';
import { inTrail, type AuditParts } from '../open-trail.ts';
import { findCut, findHead, readActs, readHeads, type ActFilter, type Trail } from '../queries.ts';
import { readFilter } from '../read-filter.ts';
import { recordAct, type Actor } from '../record-act.ts';
import { nameOfTrail, showAct, showHead } from '../show-act.ts';
import { csvHead, csvLine } from './csv.ts';

const batchActs = 500;

export type TrailDownload = { status: 200; body: Readable; headers: Record<string, string> };

/**
 * The sealed acts up to this moment, among them that they were exported. Read batch by batch as the client takes them: a
 * slow one costs neither memory nor a transaction.
 * @throws Problem invalid_request
 */
export async function exportTrail(
  parts: AuditParts,
  { trail, actor, query }: { trail: Trail; actor: Actor; query: RouteQuery<typeof auditRoutes.export> },
): Promise<TrailDownload> {
  const { format, ...wanted } = query;
  const filter = readFilter(wanted);
  const filters = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  await inTrail(parts.db, trail, (tx) =>
    recordAct(tx, {
      organisationId: trail,
      actor,
      act: 'audit.export',
      subject: { kind: 'audit', id: nameOfTrail(trail) },
      after: { format, filters },
    }),
  );
  await parts.sealing.now(trail);
  const head = await inTrail(parts.db, trail, (tx) => findHead(tx, trail));
  const begin: AuditExportBegin = {
    type: 'trail',
    version: 1,
    trail: nameOfTrail(trail),
    exportedAt: new Date().toISOString(),
    complete: Object.keys(filters).length === 0,
  };
  const lines = readLines(parts, { trail, filter, upTo: head?.position ?? 0, format, begin });
  const day = begin.exportedAt.slice(0, 10);
  return {
    status: 200,
    body: Readable.from(lines, { objectMode: false }),
    headers: {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
      'content-disposition': `attachment; filename="audit-${trail === null ? 'server-' : ''}${day}.${format}"`,
    },
  };
}

type Export = {
  trail: Trail;
  filter: ActFilter;
  upTo: number;
  format: 'jsonl' | 'csv';
  begin: AuditExportBegin;
};

async function* readLines({ db }: AuditParts, { trail, filter, upTo, format, begin }: Export): AsyncGenerator<string> {
  const jsonLine = (value: object) => `${JSON.stringify(value)}\n`;
  yield format === 'csv' ? csvHead : jsonLine(begin);
  const cut = await inTrail(db, trail, (tx) => findCut(tx, trail));
  if (cut !== undefined && begin.complete && format === 'jsonl') yield jsonLine({ type: 'cut', ...showHead(cut) });
  for (let after = cut?.position ?? 0; after < upTo;) {
    const from = after;
    const { acts, heads } = await inTrail(db, trail, async (tx) => {
      const rows = await readActs(tx, { trail, after: from, upTo, limit: batchActs }, filter);
      // Without a filter an export is whole: then the heads belong to it.
      const last = rows.length < batchActs ? upTo : (rows.at(-1)?.position ?? upTo);
      const signed =
        begin.complete && format === 'jsonl' ? await readHeads(tx, { trail, after: from, upTo: last }) : [];
      return { acts: rows.map(showAct), heads: signed.map(showHead) };
    });
    const texts = acts.map((act) => (format === 'csv' ? csvLine(act) : jsonLine({ type: 'act', ...act })));
    yield [...texts, ...heads.map((head) => jsonLine({ type: 'head', ...head }))].join('');
    if (acts.length < batchActs) return;
    after = acts.at(-1)?.position ?? upTo;
  }
}
