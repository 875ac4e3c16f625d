import { randomUUID } from 'node:crypto';
import type { Json } from '@proofpix/contract/json';
import { violations, type ViolationType } from '@proofpix/contract/violations';
import type { Installation, Measure, SecurityEvent, Violation } from '@proofpix/host/capabilities';
import type { Severity } from '../context.ts';

export type LogLine = { level: 'debug' | 'info' | 'warn' | 'error'; message: string };
/** A refused or hostile act. `type` is one of the contract's (`permission_denied`, `http_blocked`, …). */
export type TestViolation = Omit<Violation, 'evidence'> & { evidence: { readonly [name: string]: Json } };
export type SentWebhook = { type: string; data: Json; endpoint: string };
export type SecurityReport = { severity: Severity; title: string; detail?: string; evidence?: Json };

/** Everything that the host said about one plugin, in order. */
export type Told = {
  readonly logs: LogLine[];
  readonly violations: TestViolation[];
  readonly measures: Measure[];
  readonly webhooks: SentWebhook[];
  readonly reports: SecurityReport[];
  readonly deaths: { code: string; detail: string }[];
};

export function nothingTold(): Told {
  return { logs: [], violations: [], measures: [], webhooks: [], reports: [], deaths: [] };
}

/** What `ctx.security.events` gives of a violation or a report. */
export function securityEvent(
  { pluginId, version }: Installation,
  happened: { type: ViolationType; detail: string; severity?: Severity; title?: string },
  at: number,
): SecurityEvent {
  const row = violations[happened.type];
  return {
    id: randomUUID(),
    type: happened.type,
    severity: happened.severity ?? row.severity,
    title: happened.title ?? row.title,
    detail: happened.detail,
    plugin: pluginId,
    version,
    at: new Date(at).toISOString(),
  };
}
