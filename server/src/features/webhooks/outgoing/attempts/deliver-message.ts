import { cleanText } from '@proofpix/host/clean-text';
import { anyPublicHost } from '@proofpix/host/http/guarded-client';
import { OutgoingError } from '@proofpix/host/http/outgoing-error';
import { withOrganisation, type Tx } from '../../../../db/tenancy.ts';
import type { JobIds } from '../../../../queue.ts';
import { insertEvent } from '../../history/queries.ts';
import type { WebhookParts } from '../../parts.ts';
import { openKeys, signatures } from '../../webhook-secret.ts';
import { disableEndpoint } from '../queries.ts';
import { nextAttempt, retryAfterOf } from '../retry-schedule.ts';
import { webhookId } from '../send-message.ts';
import {
  findDue,
  giveUp,
  markFailing,
  markWorking,
  recordAttempt,
  type Attempted,
  type DueDelivery,
} from './queries.ts';
import { recordAct, systemActor } from '../../../audit/record-act.ts';

/** An attempt, from the name to the end of the answer. A receiver that needs longer should take first and work then. */
const timeoutMilliseconds = 15_000;
const excerptChars = 200;
/** Nobody reads more of an answer than its beginning. */
const maxResponseBytes = 4 * excerptChars;
/** An address that took nothing for so long is disabled. */
const patience = { days: 5, milliseconds: 5 * 24 * 60 * 60_000 };

type Parts = Pick<WebhookParts, 'db' | 'keys' | 'queue' | 'client'>;

/**
 * One attempt of one delivery. May run twice for the same attempt when the server dies in between: the other side sees
 * the same webhook-id and knows. @throws the signal's reason when the server ends first; the job is then tried again
 */
export async function deliverMessage(parts: Parts, { organisationId, id }: JobIds, signal: AbortSignal): Promise<void> {
  const { db } = parts;
  const due = await withOrganisation(db, organisationId, (tx) => findDue(tx, id));
  if (due === undefined) return;
  if (!due.enabled) {
    return withOrganisation(db, organisationId, (tx) => giveUp(tx, id, 'The address is disabled.'));
  }
  const answer = await attempt(parts, { organisationId, due }, signal);
  signal.throwIfAborted();
  await withOrganisation(db, organisationId, (tx) => record(parts, tx, { organisationId, due, answer }));
}

/** The job failed again and again, and not because of the other side. */
export async function giveUpDelivery({ db }: Pick<Parts, 'db'>, { organisationId, id }: JobIds): Promise<void> {
  await withOrganisation(db, organisationId, (tx) => giveUp(tx, id, 'The server could not send it.'));
}

type Answer = { status: number | null; excerpt: string | null; error: string | null; retryAfter: number };

async function attempt(
  { keys, client }: Parts,
  { organisationId, due }: { organisationId: string; due: DueDelivery },
  signal: AbortSignal,
): Promise<Answer> {
  const now = new Date();
  const payload = Buffer.from(due.payload);
  const id = webhookId(due.message_id);
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const secrets = openKeys(keys, { organisationId, id: due.endpoint_id }, due, now);
  try {
    const { status, headers, body } = await client.request({
      url: due.url,
      method: 'POST',
      headers: [
        ['content-type', 'application/json'],
        ['user-agent', 'ProofPix-Webhooks/1.0'],
        ['webhook-id', id],
        ['webhook-timestamp', timestamp],
        ['webhook-signature', signatures(secrets, { id, timestamp, payload })],
      ],
      body: payload,
      // Asked again at each attempt: what a name points at may have changed since it was registered.
      allowHost: anyPublicHost,
      timeoutMilliseconds,
      maxResponseBytes,
      wantedBody: (answered) => (isTaken(answered) ? 'nothing' : 'beginning'),
      // A redirect would take a signed message to where nobody registered it.
      maxRedirects: 0,
      signal,
    });
    const retryAfter = headers.find(([name]) => name === 'retry-after')?.[1];
    return {
      status,
      excerpt: isTaken(status) ? null : excerptOf(body),
      error: isTaken(status) ? null : saying(status),
      retryAfter: retryAfterOf(retryAfter, now),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OutgoingError)) throw error;
    return { status: null, excerpt: null, error: reasonOf(error), retryAfter: 0 };
  }
}

function isTaken(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

function saying(status: number): string {
  const redirect = status >= 300 && status < 400;
  return `The other side answered ${status}${redirect ? '; redirects are not followed' : ''}.`;
}

/** For the organisation. Names no address behind a name: that would tell what lies in the server's network. */
function reasonOf({ reason, hint }: OutgoingError): string {
  if (reason === 'blocked' || reason === 'refused' || reason === 'invalid') {
    return `The address may not be reached. ${hint || 'It must be public, and use https on port 443.'}`;
  }
  if (reason === 'timeout') return `There was no answer within ${timeoutMilliseconds / 1_000} seconds.`;
  return 'There was no connection, or it broke off.';
}

/** The other side's words, as a line of plain text. */
function excerptOf(body: Uint8Array): string | null {
  const text = cleanText(new TextDecoder().decode(body))
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return text === '' ? null : [...text].slice(0, excerptChars).join('').slice(0, excerptChars).toWellFormed();
}

type Outcome = { organisationId: string; due: DueDelivery; answer: Answer };

async function record({ queue }: Parts, tx: Tx, { organisationId, due, answer }: Outcome): Promise<void> {
  const { status: responseStatus, excerpt: responseExcerpt, error: lastError } = answer;
  const said = { responseStatus, responseExcerpt, lastError };
  if (isTaken(responseStatus)) {
    // The address before the delivery, as below and as in a delete: in another order two of them could block each other.
    await markWorking(tx, due.endpoint_id);
    await recordAttempt(tx, due, { ...said, state: 'delivered', nextAttemptAt: null });
    return;
  }
  const now = new Date();
  const failingSince = await markFailing(tx, due.endpoint_id);
  const reason = reasonToDisable(responseStatus, failingSince, now);
  const nextAttemptAt = reason === null ? nextAttempt(due.attempts + 1, { now, retryAfter: answer.retryAfter }) : null;
  const attempted: Attempted = { ...said, state: nextAttemptAt === null ? 'failed' : 'waiting', nextAttemptAt };
  if (!(await recordAttempt(tx, due, attempted))) return;
  if (nextAttemptAt !== null)
    await queue.send(tx, 'webhook-delivery', { organisationId, id: due.id }, { after: nextAttemptAt });
  const disabled = reason === null ? undefined : await disableEndpoint(tx, due.endpoint_id, reason);
  if (disabled === undefined || reason === null) return;
  const actor = systemActor('webhook-delivery');
  const event = { organisationId, subject: due.endpoint_id, name: disabled.name, detail: reason, actor };
  await insertEvent(tx, { ...event, type: 'endpoint:disabled' });
  await recordAct(tx, {
    organisationId,
    actor,
    act: 'webhook-endpoint.disable',
    subject: { kind: 'webhook-endpoint', id: due.endpoint_id },
    reason,
    after: { name: disabled.name, enabled: false },
  });
}

function reasonToDisable(status: number | null, failingSince: Date | null, now: Date): string | null {
  if (status === 410) return 'The other side answered 410: it wants no more messages.';
  const failing = failingSince === null ? 0 : now.getTime() - failingSince.getTime();
  return failing > patience.milliseconds ? `It has taken nothing for ${patience.days} days.` : null;
}
