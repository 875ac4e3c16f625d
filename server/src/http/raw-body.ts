import type { FastifyRequest } from 'fastify';
import { Problem } from '@proofpix/contract/errors';
import type { App } from './bind.ts';

/** A client that takes longer for a body of this size holds the connection on purpose. */
const bodyMilliseconds = 20_000;

/**
 * A scope whose routes get their bodies unread, whatever the Content-Type: for signatures, which are made over the bytes,
 * and for handlers that decide from the headers whether they want a body at all.
 */
export function withRawBodies(app: App, bindRoutes: (scope: App) => void): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    bindRoutes(scope);
  });
}

/** Says no to a body that is announced as too large, before a byte of it is read. @throws Problem body_too_large */
export function refuseAnnounced(request: FastifyRequest, maxBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new Problem('body_too_large');
}

/** The bytes of a body as they came, never more of them in memory than `maxBytes`. @throws Problem body_too_large, request_timeout, invalid_request */
export async function readRawBody(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  refuseAnnounced(request, maxBytes);
  const { raw } = request;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > maxBytes) reject(new Problem('body_too_large'));
    else chunks.push(chunk);
  };
  const onEnd = (): void => resolve(Buffer.concat(chunks));
  const cutOff = (): void => reject(new Problem('invalid_request', 'The body was cut off.'));
  const slow = setTimeout(() => reject(new Problem('request_timeout')), bodyMilliseconds);
  raw.on('data', onData).once('end', onEnd).once('error', cutOff).once('close', cutOff);
  try {
    return await promise;
  } finally {
    clearTimeout(slow);
    raw.off('data', onData).off('end', onEnd).off('error', cutOff).off('close', cutOff);
    // What still comes is read and dropped: otherwise the next request on this connection would wait for ever.
    raw.resume();
  }
}
