import { createHash, randomUUID } from 'node:crypto';
import type { PackageRules } from '@proofpix/contract/api/accounts';
import type { FailedMail } from '@proofpix/contract/api/mails';
import type { SecurityEvent, SecuritySummary } from '@proofpix/contract/api/security';
import type { KillRecord } from '@proofpix/contract/api/trust';
import type { Figures, PluginReceipt } from '@proofpix/contract/receipts';
import { sandboxLayerNames, type LayerState } from '@proofpix/contract/sandbox-layers';
import { ruleSetVersion, usualScanRules, type ScanRules } from '@proofpix/contract/scan';
import { violations, type ViolationType } from '@proofpix/contract/violations';
import { plugin } from './fake-data.ts';

export const quarantined = 'sun-dial';
const today = new Date();

function dayBefore(days: number): string {
  return new Date(today.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}

export function securitySummary(): SecuritySummary {
  const days = Array.from({ length: 30 }, (_, index) => ({
    day: dayBefore(29 - index),
    low: index % 7,
    medium: index % 3,
    high: index === 12 ? 3 : 0,
    critical: index === 29 ? 1 : 0,
  }));
  const sum = (name: 'low' | 'medium' | 'high' | 'critical') => days.reduce((total, day) => total + day[name], 0);
  return {
    days,
    totals: { low: sum('low'), medium: sum('medium'), high: sum('high'), critical: sum('critical') },
    circuits: [
      {
        plugin: 'exif-reader',
        name: 'EXIF reader',
        reason: 'Its process ended 5 times in a row. Last: It used more memory than it may (96 MB).',
        retryAt: new Date(today.getTime() + 60_000).toISOString(),
      },
    ],
    quarantined: [
      {
        plugin: quarantined,
        name: 'Sun dial',
        version: '1.4.0',
        reason: 'Broke the protocol with the host: it answered a call that is not open.',
      },
    ],
  };
}

function event(type: ViolationType, detail: string, change: Partial<SecurityEvent> = {}): SecurityEvent {
  const { severity, title } = violations[type];
  return {
    id: randomUUID(),
    type,
    severity,
    title,
    detail,
    evidence: {},
    count: 1,
    plugin: quarantined,
    version: '1.4.0',
    digest: createHash('sha256').update(type).digest('hex'),
    installed: true,
    at: new Date(today.getTime() - 3_600_000).toISOString(),
    ...change,
  };
}

export function securityEvents(query: URLSearchParams): SecurityEvent[] {
  return [
    event('frame_forged', 'It answered a call that is not open.', { evidence: { frame: 'result', id: 4711 } }),
    event('http_blocked', 'Wanted to reach http://169.254.169.254/latest/meta-data/.', {
      evidence: { url: 'http://169.254.169.254/latest/meta-data/', address: '169.254.169.254' },
    }),
    event('permission_denied', 'Called storage.get without "storage".', { count: 12, plugin: 'exif-reader' }),
    event('log_limit', `Wrote ${'very long words without an end '.repeat(12)}`, {
      plugin: 'gone-plugin',
      installed: false,
    }),
  ].filter(({ severity }) => query.get('severity') === null || query.get('severity') === severity);
}

/** What an organisation does with packages. */
export function fakePackageRules() {
  const known = [
    { rule: 'eval', severity: 'high' as const, explanation: 'Text becomes code.' },
    { rule: 'hidden-file', severity: 'low' as const, explanation: 'A file that listings leave out.' },
  ];
  const state: { scan: ScanRules; unsigned: PackageRules } = {
    scan: structuredClone(usualScanRules),
    unsigned: { unsignedPackages: 'allow' },
  };
  return {
    state,
    answer(name: string, body: Buffer): unknown {
      if (name === 'PUT /api/organisations/scan-rules')
        state.scan = (JSON.parse(body.toString()) as { rules: ScanRules }).rules; // what the page sends
      if (name === 'PUT /api/organisations/package-rules') state.unsigned = JSON.parse(body.toString()) as PackageRules; // what the page sends
      if (name.endsWith(' /api/organisations/package-rules')) return state.unsigned;
      if (!name.endsWith(' /api/organisations/scan-rules')) return null;
      return { rules: state.scan, usual: usualScanRules, known, ruleSet: ruleSetVersion, updatedAt: null };
    },
  };
}

/** The kill list of a server, as its operator sees it. */
export function fakeKillList() {
  const items: KillRecord[] = [];
  return {
    items,
    answer(name: string, body: Buffer): unknown {
      const now = new Date().toISOString();
      if (name === 'GET /api/trust/kill-list') return { items };
      if (name === 'POST /api/trust/kill-list') {
        const given = JSON.parse(body.toString()) as Pick<KillRecord, 'kind' | 'value' | 'reason'>; // what the page sends
        const made = { createdBy: 'Mara Lindqvist', createdAt: now, liftedBy: null, liftedAt: null, liftReason: null };
        items.unshift({ id: randomUUID(), ...given, from: now, ...made });
        return items[0];
      }
      const entry = items.find(({ id }) => name === `POST /api/trust/kill-list/${id}/lift`);
      if (entry === undefined) return null;
      const { reason } = JSON.parse(body.toString()) as { reason: string }; // what the page sends
      return Object.assign(entry, { liftedBy: 'Mara Lindqvist', liftedAt: now, liftReason: reason });
    },
  };
}

/** Mails of a server that were given up, as its operator sees them. */
export function fakeFailedMails() {
  const at = (hours: number) => new Date(today.getTime() - hours * 3_600_000).toISOString();
  const known = { createdAt: at(9), givenUpAt: at(2) };
  let items: FailedMail[] = [
    {
      id: randomUUID(),
      kind: 'invitation',
      to: 'grace@harbour.example',
      failure: 'EENVELOPE',
      response: 550,
      attempts: 1,
      expired: false,
      ...known,
    },
    {
      id: randomUUID(),
      kind: 'password-reset',
      to: 'piet@northgate.example',
      failure: 'ECONNREFUSED',
      response: null,
      attempts: 7,
      expired: true,
      ...known,
    },
  ];
  return (name: string): unknown => {
    if (name === 'GET /api/mails/failed') return { items };
    const sent = items.find(({ id }) => name === `POST /api/mails/${id}/retry`);
    if (sent === undefined) return null;
    items = items.filter((each) => each !== sent);
    return undefined;
  };
}

export function quarantinedPlugin() {
  return {
    ...plugin({ id: quarantined, name: 'Sun dial', hooks: ['file:process'], permissions: ['files', 'http'] }),
    state: 'quarantined',
    stateReason: 'Broke the protocol with the host: it answered a call that is not open.',
    manifest: {},
    readme: null,
    limits: [],
  };
}

const figures: Figures = {
  calls: 4_790,
  errors: 3,
  p50Milliseconds: 38,
  p95Milliseconds: 412,
  p99Milliseconds: 1_204,
  cpuSeconds: 812.4,
  memoryBytes: 88 * 1024 * 1024,
  deaths: 1,
  hostCalls: 19_160,
  byHostCall: { 'files.read': 14_370, 'http.request': 4_790 },
  bytesRead: 471_859_200,
  bytesWritten: 0,
  traffic: { 'api.sun.example': { requests: 4_790, bytesSent: 1_204_000, bytesReceived: 9_800_000 } },
};

export function receiptReply(): PluginReceipt {
  return {
    plugin: quarantined,
    version: '1.4.0',
    from: dayBefore(29),
    to: dayBefore(0),
    totals: figures,
    days: [3, 2, 1, 0].map((days) => ({ ...figures, day: dayBefore(days), calls: 1_000 - days * 200, errors: days })),
    storageBytes: 5_000_000,
    violations: [
      { type: 'frame_forged', severity: 'critical', count: 1 },
      { type: 'http_blocked', severity: 'high', count: 4 },
    ],
    declared: {
      permissions: [
        { permission: 'files', decision: 'granted', used: true },
        { permission: 'http', decision: 'granted', used: true },
        { permission: 'storage', decision: 'refused', used: false },
      ],
      hosts: [{ host: 'api.sun.example', requests: 4_790 }],
      limits: [
        { limit: 'memory', unit: 'MB', asked: 128, usual: 96, organisation: null, server: 512, inForce: 128 },
        {
          limit: 'timeout',
          unit: 'ms',
          asked: null,
          usual: 10_000,
          organisation: 5_000,
          server: 60_000,
          inForce: 5_000,
        },
      ],
    },
    marks: [{ mark: 'permission-unused', subject: 'storage', text: 'It asks for storage but never used it.' }],
  };
}

export function readyReply() {
  const sandbox: LayerState[] = sandboxLayerNames.map((layer) => ({
    layer,
    on: layer !== 'namespaces',
    detail:
      layer === 'namespaces'
        ? 'bwrap is not installed. A plugin that broke out of its isolate could open network connections.'
        : 'Tried when the server started.',
  }));
  return { ready: true, version: '1.0.0', checks: {}, sandbox, limits: 'own' as const };
}
