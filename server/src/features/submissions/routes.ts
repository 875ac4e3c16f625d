import { submissionRoutes } from '@proofpix/contract/api/submissions';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import {
  commentAsPublisher,
  readFile,
  readFiles,
  readSubmission,
  readSubmissions,
  scanAgain,
  sendSubmission,
  withdrawSubmission,
} from './keep-submissions.ts';
import type { SubmissionParts } from './parts.ts';
import { createSubmission, replaceSubmission } from './receive-submission.ts';

/** Binds the table `submissions`. */
export function bindSubmissionRoutes(app: App, parts: SubmissionParts): void {
  const by = (caller: Caller) => ({
    organisationId: caller.organisationId,
    actor: actorOf(caller),
    userId: caller.userId,
  });
  bind(app, submissionRoutes.list, async ({ query, caller }) => ({
    status: 200,
    body: await readSubmissions(parts, caller.organisationId, query),
  }));
  bind(app, submissionRoutes.create, async ({ request, caller }) => ({
    status: 202,
    body: await createSubmission(parts, request, by(caller)),
  }));
  bind(app, submissionRoutes.get, async ({ params: { id }, caller }) => ({
    status: 200,
    body: await readSubmission(parts, { ...by(caller), id }),
  }));
  bind(app, submissionRoutes.replace, async ({ params: { id }, request, caller }) => ({
    status: 202,
    body: await replaceSubmission(parts, request, { ...by(caller), id }),
  }));
  bind(app, submissionRoutes.scan, async ({ params: { id }, caller }) => ({
    status: 202,
    body: await scanAgain(parts, { ...by(caller), id }),
  }));
  bind(app, submissionRoutes.send, async ({ params: { id }, body, caller }) => ({
    status: 200,
    body: await sendSubmission(parts, { ...by(caller), id }, body.note),
  }));
  bind(app, submissionRoutes.withdraw, async ({ params: { id }, caller }) => ({
    status: 200,
    body: await withdrawSubmission(parts, { ...by(caller), id }),
  }));
  bind(app, submissionRoutes.comment, async ({ params: { id }, body, caller }) => ({
    status: 201,
    body: await commentAsPublisher(parts, { ...by(caller), id }, body),
  }));
  bind(app, submissionRoutes.files, async ({ params: { id }, caller }) => ({
    status: 200,
    body: await readFiles(parts, { ...by(caller), id }),
  }));
  bind(app, submissionRoutes.file, async ({ params: { id }, query, caller }) => ({
    status: 200,
    body: await readFile(parts, { ...by(caller), id }, query.path),
  }));
}
