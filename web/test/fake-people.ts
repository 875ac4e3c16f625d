import { randomUUID } from 'node:crypto';
import type { Device } from '@proofpix/contract/api/sessions';
import { Problem } from '@proofpix/contract/errors';
import { account } from './fake-data.ts';

const hour = 3_600_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

function device(given: Partial<Device>): Device {
  return {
    id: randomUUID(),
    kind: 'browser',
    program: 'Firefox',
    system: 'Windows',
    address: '192.0.2.14',
    organisation: account.organisation.name,
    createdAt: ago(30 * hour),
    lastUsedAt: ago(hour),
    expiresAt: ago(-300 * hour),
    current: false,
    ...given,
  };
}

const redirectUri = 'https://photos.example/api/single-sign-on/callback/00000000-0000-4000-8000-000000000000';

const invitation = (email: string, role: string, hoursAgo: number) => ({
  id: randomUUID(),
  email,
  role,
  invitedBy: account.user.name,
  createdAt: ago(200 * hour),
  expiresAt: ago(hoursAgo * hour),
});

/** By the token of a link: one for somebody new, one for whoever is signed in. */
export function openInvitation(name: string, { token = '' }: Record<string, string>): unknown {
  const email = { 'for-somebody-new': 'ada@northgate.example', 'for-me': account.user.email }[token];
  if (email === undefined) throw new Problem('link_invalid');
  if (name === 'POST /api/invitations/join') return { organisation: { id: randomUUID(), name: 'Harbour Insurance' } };
  if (name === 'POST /api/invitations/accept') return account;
  const organisation = { organisation: 'Harbour Insurance', role: 'analyst', expiresAt: ago(-100 * hour) };
  return { ...organisation, email, hasAccount: token === 'for-me' };
}

const apiToken = (name: string, access: readonly string[]) => ({
  id: randomUUID(),
  name,
  access,
  createdAt: ago(2_400 * hour),
  expiresAt: null,
  lastUsedAt: null,
  lastUsedFrom: null,
});

/** The members of the organisation, and the account of whoever looks at the pages. */
export function fakePeople() {
  const member = (name: string, email: string, role: string, secondFactor: boolean) => ({
    id: randomUUID(),
    name,
    email,
    role,
    createdAt: ago(900 * hour),
    secondFactor,
  });
  const state = {
    secondFactor: { on: false, needed: false },
    requireSecondFactor: false,
    members: [
      { ...member(account.user.name, account.user.email, 'owner', false), id: account.user.id },
      member('Jonas Weidner', 'jonas@northgate.example', 'admin', true),
      member(`${'Hagelschadenregulierungsgutachterin-'.repeat(3)}Schmidt`, 'a@northgate.example', 'viewer', false),
    ],
    devices: [
      device({ current: true, program: 'Chrome', system: 'Linux' }),
      device({ address: '2001:db8::5' }),
      device({ kind: 'program', program: 'curl', system: null, lastUsedAt: null }),
      device({ kind: 'browser', program: null, system: null, address: null }),
    ],
    name: account.user.name as string,
    invitations: [
      invitation('grace@northgate.example', 'analyst', -100),
      invitation(`${'hagelschadenregulierung.'.repeat(5)}schmidt@northgate.example`, 'owner', 3),
    ],
    organisations: [
      { ...account.organisation, role: 'owner', current: true, singleSignOnRequired: false },
      { id: randomUUID(), name: 'Harbour Insurance', role: 'viewer', current: false, singleSignOnRequired: false },
    ],
    singleSignOn: null as object | null,
    blocked: [
      {
        id: randomUUID(),
        name: 'Piet Haas',
        email: 'piet@northgate.example',
        removedAt: ago(30 * hour),
      },
    ],
    reviewedTokens: [apiToken('Nightly upload', ['runs:create', 'runs:read'])],
    review: null as object | null,
    /** What the page sent. */
    reviewed: null as object | null,
  };

  /** Null for every other path; undefined where the answer has no body. */
  function answer(name: string, body: Buffer): unknown {
    // What the pages send.
    const input = (body.length > 0 && body[0] === 0x7b ? JSON.parse(body.toString()) : {}) as Record<string, string>;
    const [method = '', path = ''] = name.split(' ');
    const id = path.split('/').at(-1);
    const right = () => {
      if (input.code !== '123456') throw new Problem('second_factor_wrong');
    };
    if (name === 'PUT /api/account') {
      state.name = input.name ?? '';
      return { ...account, user: { ...account.user, name: state.name } };
    }
    if (name === 'PUT /api/account/password') {
      if (input.current !== 'correct horse') throw new Problem('password_wrong');
      return undefined;
    }
    if (name === 'POST /api/account/second-factor') {
      const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
      return { secret, uri: `otpauth://totp/ProofPix:mara%40northgate.example?secret=${secret}&issuer=ProofPix` };
    }
    if (name === 'POST /api/account/second-factor/confirm') {
      right();
      state.secondFactor = { on: true, needed: false };
      return { recoveryCodes: Array.from({ length: 10 }, (_, index) => `k3fz-9qha-27mx-vb${20 + index}`) };
    }
    if (name === 'POST /api/account/second-factor/recovery-codes') {
      right();
      return { recoveryCodes: ['aaaa-bbbb-cccc-dddd'] };
    }
    if (name === 'POST /api/account/second-factor/disable') {
      right();
      state.secondFactor = { on: false, needed: false };
      return undefined;
    }
    if (name === 'GET /api/sessions')
      return {
        items: state.devices,
        reused: [
          {
            id: '5b2f7c52-8a0c-4d5e-9d3f-52f6d7b1c901',
            program: 'wget',
            system: null,
            organisation: 'Northgate Forensics',
            address: '203.0.113.77',
            at: '2026-11-28T09:12:44.000Z',
          },
        ],
      };
    if (name === 'DELETE /api/sessions') {
      const ended = state.devices.length - 1;
      state.devices = state.devices.filter(({ current }) => current);
      return { ended };
    }
    if (method === 'DELETE' && path.startsWith('/api/sessions/')) {
      state.devices = state.devices.filter((each) => each.id !== id);
      return undefined;
    }
    if (path === '/api/organisations/sign-in-rules') {
      if (method === 'PUT') state.requireSecondFactor = Boolean(input.requireSecondFactor);
      return { requireSecondFactor: state.requireSecondFactor };
    }
    if (name === 'GET /api/account/organisations') return { items: state.organisations };
    if (name === 'POST /api/email-changes') {
      if (input.password !== 'correct horse') throw new Problem('password_wrong');
      return undefined;
    }
    if (name === 'GET /api/invitations') return { items: state.invitations };
    if (name === 'POST /api/invitations') {
      if (state.members.some(({ email }) => email === input.email)) throw new Problem('member_exists');
      const made = invitation(input.email ?? '', input.role ?? '', -168);
      state.invitations.unshift(made);
      return made;
    }
    if (path.startsWith('/api/invitations/')) {
      const invited = state.invitations.find((each) => path.includes(each.id));
      if (invited === undefined) return openInvitation(name, input);
      if (method === 'POST') return Object.assign(invited, { expiresAt: ago(-168 * hour) });
      state.invitations = state.invitations.filter((each) => each !== invited);
      return undefined;
    }
    if (path === '/api/single-sign-on') {
      if (method === 'PUT') {
        if (input.issuer === 'https://down.example') throw new Problem('single_sign_on_refused');
        const { clientSecret: _never, ...shown } = input;
        state.singleSignOn = { ...shown, redirectUri, connectedMembers: 0, updatedAt: ago(0) };
        return state.singleSignOn;
      }
      if (method === 'GET') return { settings: state.singleSignOn, redirectUri, blocked: state.blocked };
      state.singleSignOn = null;
      return undefined;
    }
    if (path.startsWith('/api/single-sign-on/blocks/')) {
      state.blocked = state.blocked.filter((each) => each.id !== id);
      return undefined;
    }
    if (name === 'POST /api/single-sign-on/connect') return { url: '/account?connected=1', expiresAt: ago(-hour) };
    if (name === 'GET /api/access-reviews/open') {
      const [mara, jonas] = state.members;
      const seen = (member: object) => member !== jonas;
      return {
        members: state.members.map((member) => ({
          ...member,
          operator: member === mara,
          singleSignOn: false,
          lastSeenAt: seen(member) ? ago(hour) : ago(2_400 * hour),
          dormant: !seen(member),
        })),
        tokens: state.reviewedTokens.map((token) => ({ ...token, member: jonas ?? mara })),
        last: state.review,
      };
    }
    if (name === 'POST /api/access-reviews') {
      const review = JSON.parse(body.toString()) as { [list: string]: { id: string; keep: boolean }[] }; // what the page sends
      state.reviewed = review;
      const stays = ({ id: each }: { id: string }) =>
        [...(review.members ?? []), ...(review.tokens ?? [])].some((one) => one.id === each && one.keep);
      const before = state.members.length + state.reviewedTokens.length;
      state.members = state.members.filter(stays);
      state.reviewedTokens = state.reviewedTokens.filter(stays);
      const kept = state.members.length + state.reviewedTokens.length;
      const counted = { at: ago(0), kept, removed: before - kept };
      state.review = { ...counted, by: account.user.name };
      return { id: randomUUID(), ...counted };
    }
    if (name === 'GET /api/members') return { items: state.members };
    if (method === 'DELETE' && /^\/api\/members\/[^/]+\/sessions$/.test(path)) return { ended: 2 };
    const known = path.startsWith('/api/members/') ? state.members.find((each) => each.id === id) : undefined;
    if (known === undefined) return null;
    if (method === 'PUT') return Object.assign(known, { role: input.role });
    state.members = state.members.filter((each) => each !== known);
    return undefined;
  }

  return { state, answer };
}
