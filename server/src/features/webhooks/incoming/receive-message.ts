import type { FastifyRequest } from 'fastify';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import { TooMany } from '../../../http/problems.ts';
import { readRawBody, refuseAnnounced } from '../../../http/raw-body.ts';
import type { WebhookParts } from '../parts.ts';
import type { PerMinute } from '../per-minute.ts';
import { isSigned, openKeys } from '../webhook-secret.ts';
import { findByToken, findReceiver, insertReceived, sumWaiting, type ReceiverRow } from './queries.ts';
import { readBody, readContentType, typeOf } from './read-message.ts';

type Parts = Pick<WebhookParts, 'db' | 'keys' | 'queue'> & { received: PerMinute };

/** Our own tokens: whatever else stands in the address is not looked up. */
const tokenPattern = /^[A-Za-z0-9_-]{32}$/;
/** No dot: it separates the parts of what is signed. */
const idPattern = /^[A-Za-z0-9_-]{1,200}$/;

/**
 * Takes a message in: checked in the order that the route's row tells, on disk before the answer. Nothing of the body is
 * read before the address, the headers and the time are right, and nothing of it is parsed before its signature is.
 * @throws Problem
 */
export async function receiveMessage(parts: Parts, token: string, request: FastifyRequest): Promise<{ id: string }> {
  refuseAnnounced(request, limits.webhookBodyBytes);
  const receiver = await receiverOf(parts, token);
  const headers = readHeaders(request);
  const payload = await withGuesses(parts.received, receiver.id, request.ip, async () => {
    const bytes = await readRawBody(request, limits.webhookBodyBytes);
    const keys = openKeys(
      parts.keys,
      { organisationId: receiver.organisation_id, id: receiver.id },
      receiver,
      new Date(),
    );
    const { id, timestamp } = headers;
    if (!isSigned(keys, { id, timestamp, payload: bytes }, headers.signature)) {
      throw new Problem('webhook_signature_invalid');
    }
    return bytes;
  });
  const type = typeOf(readBody(payload, headers.kind));
  const seconds = parts.received.take(receiver.id, limits.webhookReceivedPerMinute);
  if (seconds !== null) throw new TooMany(seconds);
  return keep(parts, receiver, { ...headers, type, payload });
}

/** Unknown, foreign, disabled: one answer. @throws Problem webhook_not_found */
async function receiverOf({ db }: Parts, token: string): Promise<ReceiverRow> {
  const found = tokenPattern.test(token)
    ? await asSystem(db, 'receive-webhooks', (tx) => findByToken(tx, token))
    : undefined;
  if (found === undefined) throw new Problem('webhook_not_found');
  return found;
}

type Headers = {
  id: string;
  timestamp: string;
  sentAt: Date;
  signature: string;
  contentType: string;
  kind: 'json' | 'text';
};

/** @throws Problem webhook_signature_invalid, media_type_not_supported, webhook_replayed */
function readHeaders({ headers }: FastifyRequest): Headers {
  const one = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const [id, timestamp, signature] = [one('webhook-id'), one('webhook-timestamp'), one('webhook-signature')];
  if (!idPattern.test(id) || !/^\d{1,12}$/.test(timestamp) || signature === '') {
    throw new Problem('webhook_signature_invalid', 'It takes webhook-id, webhook-timestamp and webhook-signature.');
  }
  const type = readContentType(headers['content-type']);
  const sentAt = new Date(Number(timestamp) * 1_000);
  // What is older could be a copy that somebody kept; the signature covers the time.
  if (Math.abs(Date.now() - sentAt.getTime()) > limits.webhookToleranceMilliseconds) {
    throw new Problem('webhook_replayed', 'The time of the message is more than 5 minutes off.');
  }
  return { id, timestamp, sentAt, signature, ...type };
}

/**
 * Whoever knows the address but not the secret gets so many tries a minute from one place, and then is not read any
 * more. Counted before the body is read, so that many at once do not slip through; and apart from the good messages, so
 * that nobody elsewhere can use up the sender's share.
 */
async function withGuesses<Result>(
  received: PerMinute,
  receiverId: string,
  address: string,
  look: () => Promise<Result>,
): Promise<Result> {
  const key = `${receiverId} ${address}`;
  const seconds = received.take(key, limits.webhookReceivedPerMinute);
  if (seconds !== null) throw new TooMany(seconds);
  const result = await look();
  received.giveBack(key);
  return result;
}

type Message = Headers & { type: string | null; payload: Uint8Array };

/** @throws Problem webhook_replayed, webhook_not_found; TooMany when more waits than an organisation may have waiting */
async function keep({ db, queue }: Parts, receiver: ReceiverRow, message: Message): Promise<{ id: string }> {
  const { organisation_id: organisationId, id: receiverId } = receiver;
  return withOrganisation(db, organisationId, async (tx) => {
    // Deleted or disabled while the body came in.
    if (!(await findReceiver(tx, receiverId))?.enabled) throw new Problem('webhook_not_found');
    const waiting = await sumWaiting(tx, organisationId);
    const full =
      waiting.count >= limits.webhookReceivedWaiting ||
      waiting.bytes + message.payload.length > limits.webhookReceivedWaitingBytes;
    if (full) throw new TooMany(60);
    const id = await insertReceived(tx, {
      organisationId,
      receiverId,
      messageId: message.id,
      type: message.type,
      contentType: message.contentType,
      body: message.payload,
      sentAt: message.sentAt,
    });
    if (id === undefined) throw new Problem('webhook_replayed', 'This webhook-id was received before.');
    await queue.send(tx, 'webhook-received', { organisationId, id });
    return { id };
  });
}
