import { Type, type Static } from 'typebox';
import { limits } from '../limits.ts';
import { reviewChecks } from '../publishing.ts';
import { Cursor, NoContent, page, route } from '../route.ts';
import {
  NewSubmissionComment,
  SourceFile,
  sourceQuery,
  SourceList,
  Submission,
  SubmissionComment,
  submissionParams,
  SubmissionSummary,
} from './submissions.ts';

const closed = { additionalProperties: false } as const;
const Reason = Type.String({ minLength: 1, maxLength: 2_000 });

export const QueuedSubmission = Type.Object(
  {
    ...SubmissionSummary.properties,
    waitingMilliseconds: Type.Integer({ description: 'Since it was sent to review' }),
    approvals: Submission.properties.approvals,
    claimed: Submission.properties.claimed,
    obstacle: Type.Union([Type.Enum(['own', 'approved-already', 'claimed', 'rejected-before']), Type.Null()], {
      description: 'Why you cannot claim it',
    }),
  },
  { title: 'QueuedSubmission' },
);
export type QueuedSubmission = Static<typeof QueuedSubmission>;

export const ReviewTimes = Type.Object(
  {
    waiting: Type.Integer({ description: 'Submissions in the queue now' }),
    oldestMilliseconds: Type.Union([Type.Integer(), Type.Null()], { description: 'How long the oldest waits' }),
    decided: Type.Integer({ description: 'Decisions of the last 90 days' }),
    medianMilliseconds: Type.Union([Type.Integer(), Type.Null()], {
      description: 'From sent to decided, half of them',
    }),
    p90Milliseconds: Type.Union([Type.Integer(), Type.Null()]),
    automatic: Type.Integer({ description: 'Of the releases of the last 90 days: approved by the stated rules' }),
  },
  { title: 'ReviewTimes' },
);
export type ReviewTimes = Static<typeof ReviewTimes>;

export const ReviewDecision = Type.Union(
  [
    Type.Object({ decision: Type.Literal('approve'), checklist: Type.Array(Type.Enum(reviewChecks)) }, closed),
    Type.Object({ decision: Type.Enum(['ask-for-changes', 'reject']), reason: Reason }, closed),
  ],
  { title: 'ReviewDecision' },
);
export type ReviewDecision = Static<typeof ReviewDecision>;

export const reviewRoutes = {
  times: route({
    method: 'GET',
    path: '/api/reviews/times',
    summary: 'Get how long reviews take here, measured, and how many wait',
    access: 'public',
    plan: 'free',
    replies: { 200: ReviewTimes },
    errors: [],
  }),
  list: route({
    method: 'GET',
    path: '/api/reviews',
    summary: 'List what waits for a review, the longest first',
    access: 'submissions:review',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
    }),
    replies: { 200: page(QueuedSubmission) },
    errors: ['invalid_request'],
  }),
  get: route({
    method: 'GET',
    path: '/api/reviews/:id',
    summary: 'Get a submission as a reviewer sees it',
    access: 'submissions:review',
    plan: 'free',
    params: submissionParams,
    replies: { 200: Submission },
    errors: ['submission_not_found'],
  }),
  claim: route({
    method: 'POST',
    path: '/api/reviews/:id/claim',
    summary: 'Take a submission to review. Nobody reviews what their own organisation sent, or the same package twice',
    access: 'submissions:review',
    plan: 'free',
    params: submissionParams,
    replies: { 200: Submission },
    errors: ['submission_not_found', 'submission_state', 'review_not_yours'],
  }),
  unclaim: route({
    method: 'DELETE',
    path: '/api/reviews/:id/claim',
    summary: 'Give a submission back to the queue, at the place that it had',
    access: 'submissions:review',
    plan: 'free',
    params: submissionParams,
    replies: { 200: Submission },
    errors: ['submission_not_found', 'submission_state', 'review_not_yours'],
  }),
  decide: route({
    method: 'POST',
    path: '/api/reviews/:id/decide',
    summary: 'Approve, ask for changes or reject what you claimed. Sensitive permissions need the approvals of two',
    access: 'submissions:review',
    plan: 'free',
    params: submissionParams,
    body: ReviewDecision,
    replies: { 200: Submission },
    errors: [
      'submission_not_found',
      'submission_state',
      'review_not_yours',
      'review_incomplete',
      'release_exists',
      'plugin_name_taken',
      'signature_invalid',
      'package_killed',
      'invalid_request',
    ],
  }),
  comment: route({
    method: 'POST',
    path: '/api/reviews/:id/comments',
    summary: 'Ask the publisher something, about a line or a finding',
    access: 'submissions:review',
    plan: 'free',
    params: submissionParams,
    body: NewSubmissionComment,
    replies: { 201: SubmissionComment },
    errors: ['submission_not_found', 'too_many_comments', 'invalid_request'],
  }),
  settle: route({
    method: 'POST',
    path: '/api/reviews/:id/comments/:comment/settle',
    summary: 'Mark a comment as settled',
    access: 'submissions:review',
    plan: 'free',
    params: Type.Object({ ...submissionParams.properties, comment: Type.String({ format: 'uuid' }) }),
    replies: { 204: NoContent },
    errors: ['submission_not_found', 'comment_not_found'],
  }),
  files: route({
    method: 'GET',
    path: '/api/reviews/:id/files',
    summary: 'List the files of the package under review, and which of them changed since the last release',
    access: 'submissions:review',
    plan: 'free',
    params: submissionParams,
    replies: { 200: SourceList },
    errors: ['submission_not_found', 'file_not_found'],
  }),
  file: route({
    method: 'GET',
    path: '/api/reviews/:id/file',
    summary: 'Get a file of the package under review as text, beside what it was in the last release',
    access: 'submissions:review',
    plan: 'free',
    params: submissionParams,
    query: sourceQuery,
    replies: { 200: SourceFile },
    errors: ['submission_not_found', 'file_not_found', 'invalid_request'],
  }),
  reviewers: route({
    method: 'GET',
    path: '/api/reviews/reviewers',
    summary: 'List who reviews on this server',
    access: 'server:operate',
    plan: 'free',
    replies: {
      200: Type.Object({
        items: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), email: Type.String() })),
      }),
    },
    errors: [],
  }),
  setReviewer: route({
    method: 'PUT',
    path: '/api/reviews/reviewers',
    summary: 'Let somebody with an account on this server review submissions, or no longer',
    access: 'server:operate',
    plan: 'free',
    body: Type.Object({ email: Type.String({ minLength: 3, maxLength: 254 }), reviews: Type.Boolean() }, closed),
    replies: { 204: NoContent },
    errors: ['member_not_found', 'invalid_request'],
  }),
};
