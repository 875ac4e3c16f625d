import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { limits } from '@proofpix/contract/limits';
import { decodeBody } from './decode-body.ts';
import { OutgoingError } from './outgoing-error.ts';
import type { OutgoingAnswer, OutgoingMethod, WantedBody } from './request.ts';

export type Sent = {
  url: URL;
  method: OutgoingMethod;
  headers: readonly [string, string][];
  body: Uint8Array | null;
};

export type ExchangeLimits = {
  maxResponseBytes: number;
  onMemory: (bytes: number) => void;
  wantedBody: (status: number) => WantedBody;
};

const mostAnswerHeaders = 2 * limits.httpHeaders;
/** What framing may add to a body: chunk sizes, early hints, trailers. */
const overheadBytes = 256 * 1024;
const lookMilliseconds = 100;

/**
 * One request and its answer over a connection that is used for nothing else: connections of tenants are never shared,
 * and what is left over on one is never taken for the answer to another. @throws OutgoingError
 */
export async function exchange(
  socket: Socket,
  sent: Sent,
  { maxResponseBytes, onMemory, wantedBody }: ExchangeLimits,
  signal: AbortSignal,
): Promise<OutgoingAnswer> {
  // Loaded by the first request: a server whose plugins ask nobody starts without it.
  const { Client } = await import('undici');
  let given = false;
  const client = new Client(sent.url.origin, {
    connect: (_options, callback) => {
      // It never connects anew by itself: each connection goes to an address that was judged for it.
      const again = given;
      given = true;
      // Not within the call: the client would not notice that it is connected.
      queueMicrotask(() => (again ? callback(new Error('The connection ended.'), null) : callback(null, socket)));
    },
    allowH2: false,
    useMilo: false,
    maxHeaderSize: limits.httpHeaderBytes,
    // The deadline is the signal's.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxRequestsPerClient: 1,
  });
  let refused: { reason: unknown } | null = null;
  const count = (bytes: number): void => {
    try {
      onMemory(bytes);
    } catch (reason) {
      refused = { reason };
      throw reason;
    }
  };
  const flood = new AbortController();
  // Bytes that never become a body (hints, chunk extensions) are counted on the wire.
  const look = setInterval(() => {
    if (socket.bytesRead > maxResponseBytes + overheadBytes) flood.abort();
  }, lookMilliseconds);
  try {
    const answer = await client.request({
      path: `${sent.url.pathname}${sent.url.search}`,
      method: sent.method,
      headers: sent.headers.flat(),
      body: sent.body,
      signal: AbortSignal.any([signal, flood.signal]),
      reset: true,
      responseHeaders: 'raw',
    });
    const headers = readHeaders(answer.headers as unknown as string[]); // raw: names and values in turn
    const { statusCode: status, statusText } = answer;
    const head = { status, statusText: statusText.slice(0, 200), url: sent.url.href };
    const wanted = wantedBody(status);
    if (wanted !== 'whole') {
      const most = wanted === 'nothing' ? 0 : maxResponseBytes;
      return { ...head, headers, body: await readBeginning(answer.body, most, count) };
    }
    const told = Number(valueOf(headers, 'content-length') ?? 0);
    if (told > maxResponseBytes && sent.method !== 'HEAD') throw tooLarge();
    const raw = await readBody(answer.body, maxResponseBytes, count);
    const coding = valueOf(headers, 'content-encoding') ?? '';
    const body = await decodeBody(raw, coding, maxResponseBytes);
    if (body !== raw) count(body.length);
    return {
      ...head,
      // Both describe the body as it came, not as it is now.
      headers: body === raw ? headers : headers.filter(([name]) => !/^content-(encoding|length)$/.test(name)),
      body,
    };
  } catch (error) {
    if (flood.signal.aborted) throw tooLarge();
    // A copy of the binding: the type checker believes that it is still null.
    const stopped = refused as { reason: unknown } | null;
    if (stopped !== null) throw stopped.reason;
    throw failure(error);
  } finally {
    clearInterval(look);
    socket.destroy();
    void client.destroy().catch(() => {});
  }
}

async function readBody(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  onMemory: (bytes: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    onMemory(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** As much as came, up to the limit and until it broke off. */
async function readBeginning(body: Readable, maxBytes: number, onMemory: (bytes: number) => void): Promise<Uint8Array> {
  body.on('error', () => {}); // it is left alone with what it still wants to say
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    if (maxBytes === 0) return new Uint8Array();
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      onMemory(chunk.length);
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    // Broken off, or over the deadline: the beginning is there.
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

function readHeaders(raw: readonly (string | Uint8Array)[]): [string, string][] {
  if (raw.length / 2 > mostAnswerHeaders) {
    throw new OutgoingError('too_large', `The answer has more than ${mostAnswerHeaders} headers.`);
  }
  const text = (value: string | Uint8Array | undefined) =>
    typeof value === 'string' ? value : Buffer.from(value ?? '').toString('latin1');
  const headers: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) headers.push([text(raw[at]).toLowerCase(), text(raw[at + 1])]);
  return headers;
}

export function valueOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  const values = headers.filter(([other]) => other === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

function tooLarge(): OutgoingError {
  return new OutgoingError('too_large', 'The answer is over the limit.');
}

function failure(error: unknown): OutgoingError {
  if (error instanceof OutgoingError) return error;
  const { code } = error as { code?: unknown }; // any error may be asked for one
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return new OutgoingError('too_large', 'The headers are over the limit.');
  return new OutgoingError('failed', 'The connection broke off.', { cause: error });
}
