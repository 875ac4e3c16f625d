import type { AuditRecord } from '@proofpix/contract/audit-record';
import { csvLine as line } from '../../../http/csv-line.ts';

const columns: readonly [head: string, cell: (act: AuditRecord) => string | number | null][] = [
  ['position', (act) => act.position],
  ['at', (act) => act.at],
  ['act', (act) => act.act],
  ['result', (act) => act.result],
  ['actor kind', (act) => act.actor.kind],
  ['actor', (act) => act.actor.id],
  ['role', (act) => act.actor.role],
  ['via', (act) => act.actor.via],
  ['subject kind', (act) => act.subject.kind],
  ['subject', (act) => act.subject.id],
  ['reason', (act) => act.reason],
  ['before', (act) => json(act.before)],
  ['after', (act) => json(act.after)],
  ['personal', (act) => json(act.personal)],
  ['request', (act) => act.requestId],
  ['id', (act) => act.id],
  ['hash', (act) => act.hash],
];

export const csvHead = line(columns.map(([head]) => head));

export function csvLine(act: AuditRecord): string {
  return line(columns.map(([, cell]) => cell(act)));
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
