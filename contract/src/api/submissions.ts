import { Type, type Static } from 'typebox';
import { FieldError } from '../errors.ts';
import { limits } from '../limits.ts';
import { PermissionName } from '../permission-name.ts';
import { releaseChannels, submissionStateNames } from '../publishing.ts';
import { Cursor, page, route } from '../route.ts';
import { ScanResult, ScanVerdict } from '../scan.ts';
import { PublisherName } from '../trust.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
export const submissionParams = Type.Object({ id: Id });
export const SubmissionStateName = Type.Enum(submissionStateNames);

/** One line of the list: what somebody wants to publish, and where it stands. */
export const SubmissionSummary = Type.Object(
  {
    id: Id,
    publisher: PublisherName,
    plugin: Type.Union([Type.String(), Type.Null()], { description: 'Null until the package was read' }),
    name: NullableText,
    version: NullableText,
    channel: Type.Enum([...releaseChannels]),
    state: SubmissionStateName,
    stateSince: Time,
    verdict: Type.Union([ScanVerdict, Type.Null()]),
    sentAt: NullableTime,
    createdAt: Time,
  },
  { title: 'SubmissionSummary' },
);
export type SubmissionSummary = Static<typeof SubmissionSummary>;

const side = Type.Enum(['publisher', 'marketplace'], {
  description: 'Who speaks; reviewers are not named to publishers',
});

export const SubmissionComment = Type.Object(
  {
    id: Id,
    side,
    author: Type.Union([Type.String(), Type.Null()], { description: 'Their name, for their own side alone' }),
    text: Type.String(),
    file: NullableText,
    line: Type.Union([Type.Integer(), Type.Null()]),
    rule: Type.Union([Type.String(), Type.Null()], { description: 'The rule whose finding it is about' }),
    attempt: Type.Integer({ description: 'About which of the packages that were sent' }),
    settledAt: NullableTime,
    at: Time,
  },
  { title: 'SubmissionComment' },
);
export type SubmissionComment = Static<typeof SubmissionComment>;

export const NewSubmissionComment = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 4_000 }),
    file: Type.Optional(Type.String({ maxLength: limits.packagePathBytes })),
    line: Type.Optional(Type.Integer({ minimum: 1 })),
    rule: Type.Optional(Type.String({ maxLength: 60 })),
  },
  { title: 'NewSubmissionComment', ...closed },
);
export type NewSubmissionComment = Static<typeof NewSubmissionComment>;

/** What a package has that the last release of the plugin had not, and the other way round. */
export const ReleaseDifference = Type.Object(
  {
    since: Type.String({ description: 'The version that it is compared with' }),
    permissions: Type.Object({ added: Type.Array(PermissionName), removed: Type.Array(PermissionName) }),
    hosts: Type.Object({ added: Type.Array(Type.String()), removed: Type.Array(Type.String()) }),
    hooks: Type.Object({ added: Type.Array(Type.String()), removed: Type.Array(Type.String()) }),
    components: Type.Object({ added: Type.Array(Type.String()), removed: Type.Array(Type.String()) }),
  },
  { title: 'ReleaseDifference' },
);
export type ReleaseDifference = Static<typeof ReleaseDifference>;

/** A submission with everything that its publisher and the reviewers see. */
export const Submission = Type.Object(
  {
    ...SubmissionSummary.properties,
    attempt: Type.Integer({ description: 'How many packages were sent for it' }),
    digest: Type.Union([Type.String(), Type.Null()], { description: 'Identity: SHA-256 of the canonical listing' }),
    size: Type.Integer({ description: 'Bytes of the archive' }),
    fileName: Type.String(),
    description: NullableText,
    permissions: Type.Array(PermissionName),
    hosts: Type.Array(Type.String()),
    readme: NullableText,
    changelog: NullableText,
    signed: Type.Boolean({ description: "By the publisher's key" }),
    scan: Type.Union([ScanResult, Type.Null()]),
    problem: Type.Union(
      [
        Type.Object({
          code: Type.String(),
          message: Type.String(),
          errors: Type.Array(FieldError),
          rule: NullableText,
        }),
        Type.Null(),
      ],
      { description: 'Why the package was refused, or could not be scanned' },
    ),
    difference: Type.Union([ReleaseDifference, Type.Null()], { description: 'Null for what was never released' }),
    automatic: Type.Union(
      [Type.Object({ approves: Type.Boolean(), missing: Type.Array(Type.String()) }), Type.Null()],
      { description: 'Whether no person has to look, and the stated rules that are not met' },
    ),
    approvals: Type.Object({ given: Type.Integer(), needed: Type.Integer() }),
    queue: Type.Union([Type.Object({ position: Type.Integer(), of: Type.Integer() }), Type.Null()]),
    claimed: Type.Union([Type.Object({ since: Time, byYou: Type.Boolean() }), Type.Null()]),
    steps: Type.Array(
      Type.Object({
        state: SubmissionStateName,
        side: Type.Enum(['publisher', 'marketplace', 'server']),
        reason: NullableText,
        at: Time,
      }),
    ),
    comments: Type.Array(SubmissionComment),
  },
  { title: 'Submission' },
);
export type Submission = Static<typeof Submission>;

export const SourceFile = Type.Object(
  {
    path: Type.String(),
    size: Type.Integer(),
    text: Type.Union([Type.String(), Type.Null()], { description: 'Null: it is no text' }),
    before: Type.Union([Type.String(), Type.Null()], { description: 'The same file in the last release' }),
  },
  { title: 'SourceFile' },
);
export type SourceFile = Static<typeof SourceFile>;
export const SourceList = Type.Object(
  {
    files: Type.Array(
      Type.Object({
        path: Type.String(),
        size: Type.Integer(),
        change: Type.Enum(['same', 'changed', 'added', 'removed'], { description: 'Since the last release' }),
      }),
    ),
  },
  { title: 'SourceList' },
);
export type SourceList = Static<typeof SourceList>;
export const sourceQuery = Type.Object({ path: Type.String({ minLength: 1, maxLength: limits.packagePathBytes }) });

const packageFields = {
  plugin: 'The package: ZIP or TAR.GZ, at most 50 MB',
  signature: "The publisher's <file>.sig.json, made by `proofpix pack --sign`; may be left out",
};
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault }));

export const submissionRoutes = {
  list: route({
    method: 'GET',
    path: '/api/submissions',
    summary: 'List what your organisation sent to be published, newest first',
    access: 'publishing:manage',
    plan: 'free',
    query: Type.Object({ cursor: Cursor, limit, state: Type.Optional(SubmissionStateName) }),
    replies: { 200: page(SubmissionSummary) },
    errors: ['invalid_request'],
  }),
  create: route({
    method: 'POST',
    path: '/api/submissions',
    summary: 'Send a package that is to be published. It is scanned first; nobody reviews it before you send it on',
    access: 'publishing:manage',
    plan: 'free',
    multipart: {
      ...packageFields,
      publisher: 'Under whose name',
      channel: `${releaseChannels.join(' or ')}; stable when left out`,
    },
    replies: { 202: Submission },
    errors: ['file_missing', 'package_too_large', 'publisher_not_found', 'too_many_submissions', 'invalid_request'],
  }),
  get: route({
    method: 'GET',
    path: '/api/submissions/:id',
    summary:
      'Get a submission: its findings, how it is compared with the last release, its place in the queue, what was said',
    access: 'publishing:manage',
    plan: 'free',
    params: submissionParams,
    replies: { 200: Submission },
    errors: ['submission_not_found'],
  }),
  replace: route({
    method: 'PUT',
    path: '/api/submissions/:id/package',
    summary:
      'Send a mended package in the place of the one that was sent. It is scanned anew, and approvals do not count for it',
    access: 'publishing:manage',
    plan: 'free',
    params: submissionParams,
    multipart: packageFields,
    replies: { 202: Submission },
    errors: ['file_missing', 'package_too_large', 'submission_not_found', 'submission_state', 'invalid_request'],
  }),
  scan: route({
    method: 'POST',
    path: '/api/submissions/:id/scan',
    summary: 'Have a package scanned again that could not be scanned',
    access: 'publishing:manage',
    plan: 'free',
    params: submissionParams,
    replies: { 202: Submission },
    errors: ['submission_not_found', 'submission_state'],
  }),
  send: route({
    method: 'POST',
    path: '/api/submissions/:id/send',
    summary: 'Send a submission to review; of one that was rejected, appeal: other reviewers decide',
    access: 'publishing:manage',
    plan: 'free',
    params: submissionParams,
    body: Type.Object({ note: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })) }, closed),
    replies: { 200: Submission },
    errors: [
      'submission_not_found',
      'submission_state',
      'release_exists',
      'plugin_name_taken',
      'package_killed',
      'signature_invalid',
      'invalid_request',
    ],
  }),
  withdraw: route({
    method: 'POST',
    path: '/api/submissions/:id/withdraw',
    summary: 'Withdraw a submission. The version may be sent again',
    access: 'publishing:manage',
    plan: 'free',
    params: submissionParams,
    replies: { 200: Submission },
    errors: ['submission_not_found', 'submission_state'],
  }),
  comment: route({
    method: 'POST',
    path: '/api/submissions/:id/comments',
    summary: 'Say something to the reviewers, about a line or a finding',
    access: 'publishing:manage',
    plan: 'free',
    params: submissionParams,
    body: NewSubmissionComment,
    replies: { 201: SubmissionComment },
    errors: ['submission_not_found', 'too_many_comments', 'invalid_request'],
  }),
  files: route({
    method: 'GET',
    path: '/api/submissions/:id/files',
    summary: 'List the files of the package, and which of them changed since the last release',
    access: 'publishing:manage',
    plan: 'free',
    params: submissionParams,
    replies: { 200: SourceList },
    errors: ['submission_not_found', 'file_not_found'],
  }),
  file: route({
    method: 'GET',
    path: '/api/submissions/:id/file',
    summary: 'Get a file of the package as text, beside what it was in the last release',
    access: 'publishing:manage',
    plan: 'free',
    params: submissionParams,
    query: sourceQuery,
    replies: { 200: SourceFile },
    errors: ['submission_not_found', 'file_not_found', 'invalid_request'],
  }),
};
