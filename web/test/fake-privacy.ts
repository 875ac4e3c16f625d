import type { Erasure, EraseNotice, PrivacySettings, RetentionDone, RetentionRun } from '@proofpix/contract/privacy';

/** What the page of privacy asks for, and what was sent to it. */
export type FakePrivacy = {
  settings: PrivacySettings;
  runs: RetentionRun[];
  erasures: Erasure[];
  notices: EraseNotice[];
  /** What the preview counts. */
  lost: RetentionDone[];
  eraseAt: string | null;
  /** Bodies of what cannot be undone. */
  erased: unknown[];
  answer: (name: string, body: Buffer) => unknown;
};

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const page = <Item>(items: Item[]) => ({ items, nextCursor: null, total: items.length, totalIsLowerBound: false });
const id = (number: number) => `0198b5a0-0000-7000-8000-${String(number).padStart(12, '0')}`;

export function fakePrivacy(): FakePrivacy {
  const state: FakePrivacy = {
    settings: { retention: { runs: 730 }, deletePhotos: false, controller: { name: 'Nordlicht Claims GmbH' } },
    runs: [
      {
        id: id(1),
        at: ago(5),
        deleted: [
          { kind: 'runs', deleted: 12, before: ago(730 * 24) },
          { kind: 'plugin-logs', deleted: 4_790, before: ago(400 * 24) },
        ],
        publicKey: 'key',
        signature: 'signature',
      },
      { id: id(2), at: ago(29), deleted: [], publicKey: 'key', signature: 'signature' },
    ],
    erasures: [
      {
        id: id(3),
        person: id(4),
        askedBy: 'admin',
        whole: true,
        state: 'done',
        found: { audit_acts: 41, 'notes.text': 3 },
        at: ago(50),
        finishedAt: ago(49),
      },
    ],
    notices: [
      {
        id: id(5),
        kind: 'photo',
        ids: [id(6)],
        at: ago(3),
        finishedAt: ago(3),
        told: [
          { plugin: 'photo-fingerprint', ok: true, error: null },
          { plugin: 'webhook-notify', ok: false, error: 'hook_failed' },
        ],
      },
    ],
    lost: [],
    eraseAt: null,
    erased: [],
    answer(name, body) {
      const json = () => JSON.parse(body.toString()) as never; // each route knows what its page sends
      if (name === 'GET /api/privacy') return state.settings;
      if (name === 'PUT /api/privacy') return (state.settings = json());
      if (name === 'POST /api/privacy/preview') return { items: state.lost };
      if (name === 'GET /api/privacy/retention-runs') return page(state.runs);
      if (name === 'POST /api/privacy/retention-runs') {
        const run: RetentionRun = { id: id(7), at: ago(0), deleted: [], publicKey: 'key', signature: 'signature' };
        state.runs = [run, ...state.runs];
        return run;
      }
      if (name === 'GET /api/privacy/erasures') return page(state.erasures);
      if (name === 'GET /api/privacy/notices') return page(state.notices);
      if (name === 'GET /api/organisations/erasure') return { eraseAt: state.eraseAt, askedAt: null };
      if (name === 'POST /api/organisations/erasure') {
        state.erased.push(json());
        state.eraseAt = new Date(Date.now() + 7 * 86_400_000).toISOString();
        return { eraseAt: state.eraseAt, askedAt: ago(0) };
      }
      if (name === 'DELETE /api/organisations/erasure') {
        state.eraseAt = null;
        return { eraseAt: null, askedAt: null };
      }
      if (name === 'POST /api/account/erase') {
        state.erased.push(json());
        return { person: id(8) };
      }
      return null;
    },
  };
  return state;
}
