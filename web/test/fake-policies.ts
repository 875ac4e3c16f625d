import type { PolicyDryRun, PolicyReply } from '@proofpix/contract/api/policies';
import type { PluginRequest } from '@proofpix/contract/api/requests';
import type { PluginUpdates, RestorePoint } from '@proofpix/contract/api/updates';
import { decidePackage, usualPolicy, type Policy } from '@proofpix/contract/policies';

/** What the page of policies asks for, and what was sent to it. */
export type FakePolicies = {
  reply: PolicyReply;
  requests: PluginRequest[];
  /** Answers a request that it knows; null for the others. */
  answer: (name: string, body: Buffer) => unknown;
};

export function fakePolicies(): FakePolicies {
  const state: FakePolicies = {
    reply: { policy: usualPolicy, revision: 0, updatedAt: null, stop: null },
    requests: [
      {
        id: '0198b5a0-0000-7000-8000-000000000001',
        kind: 'permission',
        plugin: 'exif-reader',
        publisher: null,
        version: null,
        permissions: ['storage'],
        reason: 'It has to remember the cameras of a case.',
        state: 'waiting',
        requestedBy: 'Ada',
        decidedBy: null,
        decisionReason: null,
        decidedAt: null,
        expiresAt: null,
        at: new Date(Date.now() - 3_600_000).toISOString(),
      },
    ],
    answer(name, body) {
      const json = () => JSON.parse(body.toString()) as never; // each route knows what its page sends
      if (name === 'GET /api/policies') return state.reply;
      if (name === 'POST /api/policies/dry-run') return dryRun((json() as { policy: Policy }).policy);
      if (name === 'PUT /api/policies') {
        const { policy } = json() as { policy: Policy };
        state.reply = { ...state.reply, policy, revision: state.reply.revision + 1 };
        return state.reply;
      }
      if (name === 'POST /api/plugins/stop-all') {
        const { reason } = json() as { reason: string };
        state.reply = { ...state.reply, revision: 1, stop: { reason, at: '2026-11-03T09:00:00.000Z' } };
        return state.reply;
      }
      if (name === 'POST /api/plugins/lift-stop') {
        state.reply = { ...state.reply, revision: 2, stop: null };
        return state.reply;
      }
      if (name === 'GET /api/requests')
        return { items: state.requests, nextCursor: null, total: state.requests.length, totalIsLowerBound: false };
      const decided = /^POST \/api\/requests\/([^/]+)\/(approve|refuse)$/.exec(name);
      if (decided === null) return null;
      const { reason, expiresAt = null } = json() as { reason: string; expiresAt?: string };
      const about = state.requests.find(({ id }) => id === decided[1]);
      if (about === undefined) return null;
      const outcome = decided[2] === 'approve' ? 'approved' : 'refused';
      return Object.assign(about, { state: outcome, decidedBy: 'Grace', decisionReason: reason, expiresAt });
    },
  };
  return state;
}

/** One installed plugin, judged by the function that the server asks too. */
function dryRun(policy: Policy): PolicyDryRun {
  const subject = { plugin: 'exif-reader', version: '1.0.0', publishers: ['proofpix'], verdict: null };
  const decision = decidePackage(policy, subject);
  const isDenied = decision.effect === 'deny';
  return {
    checked: { installed: 3, listings: 9 },
    stops: isDenied ? 1 : 0,
    affected: isDenied
      ? [
          {
            plugin: 'exif-reader',
            name: 'EXIF reader',
            publisher: 'proofpix',
            version: '1.0.0',
            installed: true,
            state: 'loaded',
            before: { effect: 'allow', rule: null, why: 'No rule denies it.' },
            decision,
            permissions: [],
            hosts: [],
          },
        ]
      : [],
  };
}

export const updatesReply: PluginUpdates = {
  mode: null,
  pin: null,
  organisation: usualPolicy.updates,
  dangerous: null,
  newer: [
    { version: '1.1.0', since: '2026-11-01T09:00:00.000Z', installs: false, why: 'Nothing is updated by itself.' },
  ],
  waiting: null,
  wentBack: {
    version: '1.0.5',
    reason: '5 of the last 5 calls failed (plugin_error).',
    at: '2026-11-02T09:00:00.000Z',
  },
};

export const restorePoints: RestorePoint[] = [
  {
    id: '0198b5a0-0000-7000-8000-000000000002',
    reason: 'update',
    version: '0.9.0',
    digest: 'ab'.repeat(32),
    permissions: ['files', 'storage'],
    configured: 2,
    values: 12,
    bytes: 4_096,
    at: '2026-11-01T09:00:00.000Z',
    watchedUntil: null,
    obstacle: null,
  },
  {
    id: '0198b5a0-0000-7000-8000-000000000003',
    reason: 'config',
    version: '0.8.0',
    digest: 'cd'.repeat(32),
    permissions: [],
    configured: 0,
    values: 0,
    bytes: 0,
    at: '2026-10-01T09:00:00.000Z',
    watchedUntil: null,
    obstacle: {
      code: 'policy_denied',
      message: 'The policy of your organisation denies this. Rule 1 denies version 0.8.0.',
    },
  },
];
