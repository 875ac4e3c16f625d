import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '@proofpix/contract/api/audit';
import type { AuditAct } from '@proofpix/contract/audit';
import type { AuditVerdict } from '@proofpix/contract/audit-record';

const now = Date.now();
const long = 'Hagelschadenregulierungsgutachten-'.repeat(4);

let position = 0;

function entry(act: AuditAct, change: Partial<AuditEntry> = {}): AuditEntry {
  position += 1;
  const digest = String(position % 10).repeat(64);
  return {
    id: randomUUID(),
    position,
    act,
    result: 'done',
    actor: { kind: 'member', id: randomUUID(), role: 'admin', via: 'cookie' },
    actorName: 'Mara Lind',
    requestId: randomUUID(),
    subject: { kind: 'plugin', id: 'exif-reader' },
    reason: null,
    before: null,
    after: null,
    personal: { address: '192.0.2.17' },
    personalSalt: '00',
    personalDigest: digest,
    at: new Date(now - 86_400_000 + position * 600_000).toISOString(),
    previous: position === 1 ? null : digest,
    hash: digest,
    ...change,
  };
}

/** Of the organisation and of the server, oldest first. */
export type FakeTrail = { acts: AuditEntry[]; ofServer: AuditEntry[]; verdict: AuditVerdict };

export function fakeTrail(): FakeTrail {
  position = 0;
  const acts = [
    entry('organisation.create', {
      actor: { kind: 'system', id: 'operator', role: null, via: null },
      actorName: null,
      requestId: null,
      personal: null,
      personalDigest: null,
      personalSalt: null,
    }),
    entry('plugin.install', { after: { version: '2.1.0', source: 'upload', permissions: { files: 'granted' } } }),
    entry('plugin.configure', {
      before: { word: 'one', address: long },
      after: { word: 'two', secretsSet: ['/key'], secretsForgotten: [] },
    }),
    entry('member.add', { subject: { kind: 'member', id: randomUUID() }, actorName: null, personal: null }),
    entry('plugin.release', { reason: 'The author mended it in 1.4.1.' }),
    entry('access.refuse', {
      result: 'refused',
      subject: { kind: 'route', id: 'GET /api/trust/kill-list' },
      reason: 'It takes the access "server:operate".',
      after: { times: 12 },
    }),
    entry('token.create', { position: null, hash: null, previous: null, subject: { kind: 'token', id: long } }),
  ];
  const ofServer = [
    entry('kill-list.add', { subject: { kind: 'kill-entry', id: randomUUID() }, reason: 'It steals.' }),
  ];
  return { acts, ofServer, verdict: { intact: true, checked: acts.length, heads: 3, head: null, fault: null } };
}

export function answerAudit(trail: FakeTrail, name: string, query: URLSearchParams): object | null {
  if (name.startsWith('POST /api/audit/') && name.endsWith('verify')) return trail.verdict;
  if (name !== 'GET /api/audit' && name !== 'GET /api/audit/server') return null;
  const search = query.get('search')?.toLowerCase() ?? '';
  const items = (name === 'GET /api/audit' ? trail.acts : trail.ofServer)
    .filter(({ act }) => query.get('act') === null || query.get('act') === act)
    .filter(({ result }) => query.get('result') === null || query.get('result') === result)
    .filter(({ subject, reason }) => `${subject.id} ${reason}`.toLowerCase().includes(search))
    .toReversed();
  return { items, nextCursor: null, total: items.length, totalIsLowerBound: false };
}
