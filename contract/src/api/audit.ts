import { Type, type Static } from 'typebox';
import { auditActNames, AuditHead, AuditRecord, auditResults, AuditVerdict } from '../audit-record.ts';
import { limits } from '../limits.ts';
import { Binary, Cursor, page, route } from '../route.ts';

const filter = {
  act: Type.Optional(Type.Enum(auditActNames)),
  actor: Type.Optional(
    Type.String({ maxLength: 100, description: 'Id of a user, or the name of a part of the server' }),
  ),
  subjectKind: Type.Optional(Type.String({ maxLength: 50 })),
  subject: Type.Optional(Type.String({ maxLength: 300, description: 'Id of what it was done to' })),
  result: Type.Optional(Type.Enum(auditResults)),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Not before' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Before' })),
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'A part of an id or of a reason' })),
};

const listQuery = Type.Object({
  cursor: Cursor,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
  ...filter,
});
const exportQuery = Type.Object({
  format: Type.Enum(['jsonl', 'csv'], { description: 'jsonl: with signed heads, to be verified offline' }),
  ...filter,
});
const verifyBody = Type.Object(
  { head: Type.Optional(AuditHead) },
  {
    additionalProperties: false,
    description: '`head`: one that was kept elsewhere, so that a cut at the end shows too',
  },
);

/** As it is listed: with the name of whoever acted, while they are a member. */
export const AuditEntry = Type.Object(
  { ...AuditRecord.properties, actorName: Type.Union([Type.String(), Type.Null()]) },
  { title: 'AuditEntry' },
);
export type AuditEntry = Static<typeof AuditEntry>;

const Head = Type.Object({ head: Type.Union([AuditHead, Type.Null()]) });

export const auditRoutes = {
  list: route({
    method: 'GET',
    path: '/api/audit',
    summary: 'List who did what, newest first',
    access: 'audit:read',
    plan: 'free',
    query: listQuery,
    replies: { 200: page(AuditEntry) },
    errors: ['invalid_request'],
  }),
  export: route({
    method: 'GET',
    path: '/api/audit/export',
    summary: 'Download the audit trail as JSON Lines or CSV, in the order of its chain',
    access: 'audit:read',
    plan: 'free',
    query: exportQuery,
    replies: { 200: Binary },
    errors: ['invalid_request'],
  }),
  head: route({
    method: 'GET',
    path: '/api/audit/head',
    summary: 'Get the signed head of the audit trail, to be kept where this server cannot change it',
    access: 'audit:read',
    plan: 'free',
    replies: { 200: Head },
    errors: [],
  }),
  verify: route({
    method: 'POST',
    path: '/api/audit/verify',
    summary: 'Check the whole audit trail and name the first act that was changed, removed, put in or moved',
    access: 'audit:read',
    plan: 'free',
    body: verifyBody,
    replies: { 200: AuditVerdict },
    errors: ['invalid_request'],
  }),
  serverList: route({
    method: 'GET',
    path: '/api/audit/server',
    summary: 'List what was done to the server itself, newest first: keys, kill list, organisations',
    access: 'server:operate',
    plan: 'free',
    query: listQuery,
    replies: { 200: page(AuditEntry) },
    errors: ['invalid_request'],
  }),
  serverExport: route({
    method: 'GET',
    path: '/api/audit/server/export',
    summary: "Download the server's own audit trail as JSON Lines or CSV",
    access: 'server:operate',
    plan: 'free',
    query: exportQuery,
    replies: { 200: Binary },
    errors: ['invalid_request'],
  }),
  serverHead: route({
    method: 'GET',
    path: '/api/audit/server/head',
    summary: "Get the signed head of the server's own audit trail",
    access: 'server:operate',
    plan: 'free',
    replies: { 200: Head },
    errors: [],
  }),
  serverVerify: route({
    method: 'POST',
    path: '/api/audit/server/verify',
    summary: "Check the whole of the server's own audit trail",
    access: 'server:operate',
    plan: 'free',
    body: verifyBody,
    replies: { 200: AuditVerdict },
    errors: ['invalid_request'],
  }),
};
