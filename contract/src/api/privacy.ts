import { Type } from 'typebox';
import { limits } from '../limits.ts';
import {
  Erasure,
  EraseNotice,
  OrganisationErasure,
  PrivacySettings,
  ProcessingRegister,
  RetentionDone,
  RetentionRun,
} from '../privacy.ts';
import { Binary, Cursor, page, route } from '../route.ts';

const closed = { additionalProperties: false } as const;
const params = Type.Object({ id: Type.String({ format: 'uuid' }) });
const query = Type.Object({
  cursor: Cursor,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
});
/** What proves that whoever has the session is its person. */
const proof = {
  password: Type.Optional(Type.String({ maxLength: 200 })),
  code: Type.Optional(Type.String({ maxLength: 40, description: 'Of your second factor, where it is on' })),
};

/** Of the signed-in person. */
export const ownDataRoutes = {
  exportData: route({
    method: 'GET',
    path: '/api/account/data',
    summary: 'Download everything that is kept about you, a JSON file a kind, in a ZIP',
    access: 'own-account',
    plan: 'free',
    replies: { 200: Binary },
    errors: ['session_required'],
  }),
  erase: route({
    method: 'POST',
    path: '/api/account/erase',
    summary:
      'Erase yourself everywhere on this server. It cannot be undone; the audit trail keeps a number without a name',
    access: 'own-account',
    plan: 'free',
    body: Type.Object({ ...proof, email: Type.String({ maxLength: 254, description: 'Your own, typed' }) }, closed),
    replies: { 200: Type.Object({ person: Type.String({ format: 'uuid' }) }) },
    errors: [
      'password_wrong',
      'second_factor_wrong',
      'confirmation_wrong',
      'last_owner_of',
      'last_operator',
      'session_required',
      'rate_limited',
    ],
  }),
};

/** Of a member, by those who manage members: what belongs to their organisation and no more. */
export const memberDataRoutes = {
  exportData: route({
    method: 'GET',
    path: '/api/members/:id/data',
    summary: 'Download everything that your organisation keeps about a member, a JSON file a kind, in a ZIP',
    access: 'members:manage',
    plan: 'free',
    params,
    replies: { 200: Binary },
    errors: ['member_not_found', 'access_denied'],
  }),
  erase: route({
    method: 'POST',
    path: '/api/members/:id/erase',
    summary:
      'Remove a member and erase what your organisation keeps about them; the account goes too when it is in no other',
    access: 'members:manage',
    plan: 'free',
    params,
    body: Type.Object({ email: Type.String({ maxLength: 254, description: "The member's, typed" }) }, closed),
    replies: { 202: Erasure },
    errors: ['member_not_found', 'last_owner', 'last_operator', 'access_denied', 'confirmation_wrong'],
  }),
};

export const organisationDataRoutes = {
  exportData: route({
    method: 'GET',
    path: '/api/organisations/data',
    summary: 'Download everything of your organisation: every table, photos and reports, in a ZIP',
    access: 'organisation:own',
    plan: 'free',
    replies: { 200: Binary },
    errors: ['session_required'],
  }),
  getErasure: route({
    method: 'GET',
    path: '/api/organisations/erasure',
    summary: 'Whether your organisation is to be erased, and when',
    access: 'signed-in',
    plan: 'free',
    replies: { 200: OrganisationErasure },
    errors: [],
  }),
  erase: route({
    method: 'POST',
    path: '/api/organisations/erasure',
    summary: 'Have your organisation erased with everything in it, in seven days. Until then it can be undone',
    access: 'organisation:own',
    plan: 'free',
    body: Type.Object({ ...proof, name: Type.String({ maxLength: 100, description: 'Its name, typed' }) }, closed),
    replies: { 202: OrganisationErasure },
    errors: [
      'password_wrong',
      'second_factor_wrong',
      'confirmation_wrong',
      'only_organisation',
      'session_required',
      'rate_limited',
    ],
  }),
  keep: route({
    method: 'DELETE',
    path: '/api/organisations/erasure',
    summary: 'Keep your organisation after all',
    access: 'organisation:own',
    plan: 'free',
    replies: { 200: OrganisationErasure },
    errors: [],
  }),
};

export const privacyRoutes = {
  settings: route({
    method: 'GET',
    path: '/api/privacy',
    summary: 'Get how long your organisation keeps what, and who answers for it',
    access: 'privacy:read',
    plan: 'free',
    replies: { 200: PrivacySettings },
    errors: [],
  }),
  change: route({
    method: 'PUT',
    path: '/api/privacy',
    summary: 'Replace how long your organisation keeps what. The next job of the day deletes what is older by then',
    access: 'privacy:manage',
    plan: 'free',
    body: PrivacySettings,
    replies: { 200: PrivacySettings },
    errors: ['invalid_request'],
  }),
  preview: route({
    method: 'POST',
    path: '/api/privacy/preview',
    summary: 'Count what the next job of the day would delete under such settings; nothing is deleted',
    access: 'privacy:read',
    plan: 'free',
    body: PrivacySettings,
    replies: { 200: Type.Object({ items: Type.Array(RetentionDone) }) },
    errors: ['invalid_request'],
  }),
  retentionRuns: route({
    method: 'GET',
    path: '/api/privacy/retention-runs',
    summary: 'List what the jobs of the day deleted, newest first: the proof, signed',
    access: 'privacy:read',
    plan: 'free',
    query,
    replies: { 200: page(RetentionRun) },
    errors: ['invalid_request'],
  }),
  runRetention: route({
    method: 'POST',
    path: '/api/privacy/retention-runs',
    summary: 'Delete now what is older than your organisation keeps it, as the job of the day does',
    access: 'privacy:manage',
    plan: 'free',
    replies: { 201: RetentionRun },
    errors: [],
  }),
  register: route({
    method: 'GET',
    path: '/api/privacy/register',
    summary: 'Get the register of processing activities (Article 30 GDPR), from what is set and installed now',
    access: 'privacy:read',
    plan: 'free',
    replies: { 200: ProcessingRegister },
    errors: [],
  }),
  registerFile: route({
    method: 'GET',
    path: '/api/privacy/register/file',
    summary: 'Download the register of processing activities as Markdown',
    access: 'privacy:read',
    plan: 'free',
    replies: { 200: Binary },
    errors: [],
  }),
  erasures: route({
    method: 'GET',
    path: '/api/privacy/erasures',
    summary: 'List who was erased, by number, and what was found of them, newest first',
    access: 'privacy:read',
    plan: 'free',
    query,
    replies: { 200: page(Erasure) },
    errors: ['invalid_request'],
  }),
  notices: route({
    method: 'GET',
    path: '/api/privacy/notices',
    summary: 'List what plugins were told to forget and what they answered, newest first',
    access: 'privacy:read',
    plan: 'free',
    query,
    replies: { 200: page(EraseNotice) },
    errors: ['invalid_request'],
  }),
};
