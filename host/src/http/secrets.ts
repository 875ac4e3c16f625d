import { setImmediate } from 'node:timers/promises';
import { limits } from '@proofpix/contract/limits';
import { OutgoingError } from './outgoing-error.ts';
import type { HeaderPairs } from './request.ts';

/** Secrets by their handle: what the plugin writes, and what is sent in its place. */
export type Secrets = ReadonlyMap<string, string>;

const handles = /proofpix-secret-[0-9a-f]{32}/g;
const mark = 'proofpix-secret-';
/** Shorter ones occur in any text by chance. */
const shortestMasked = 6;
const mostHandles = 20;
const largeBytes = 256 * 1024;
/** Room for an answer of the largest size, in which each secret became a longer handle. */
const largestMasked = 2 * limits.httpResponseBytes;

export function isHandle(text: string): boolean {
  return new RegExp(`^(?:${handles.source})$`).test(text);
}

/** The handles that occur in what a plugin wants to send. */
export function handlesIn(texts: readonly string[], body: Uint8Array): string[] {
  const all = hasHandle(body) ? [...texts, latin1(body)] : texts;
  return [...new Set(all.flatMap((text) => text.match(handles) ?? []))].slice(0, mostHandles);
}

export function hasHandle(part: string | Uint8Array): boolean {
  return typeof part === 'string' ? part.includes(mark) : asBuffer(part).includes(mark);
}

/** In path and query only: a secret never decides where a request goes. */
export function fillUrl(url: URL, secrets: Secrets): URL {
  const filled = new URL(url);
  filled.pathname = fill(url.pathname, secrets, inPath);
  filled.search = fill(url.search, secrets, encodeURIComponent);
  return filled;
}

export function fillText(text: string, secrets: Secrets): string {
  return fill(text, secrets, (secret) => secret);
}

/** Escaped as the body's type wants it, so that a quotation mark in a secret does not break out of its string. */
export function fillBody(body: Uint8Array, headers: HeaderPairs, secrets: Secrets): Uint8Array {
  if (!hasHandle(body)) return body;
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  const escape = /\bjson\b/i.test(type)
    ? inJson
    : /x-www-form-urlencoded/i.test(type)
      ? encodeURIComponent
      : (secret: string) => secret;
  // Byte by byte as characters: what is not text stays as it is.
  const bytes = (secret: string) => latin1(Buffer.from(escape(secret)));
  const text = latin1(body);
  // A short body full of handles of a long secret: counted before it is made.
  const size = text.match(handles)?.reduce((sum, handle) => sum + bytes(secrets.get(handle) ?? '').length, body.length);
  if ((size ?? 0) > limits.httpRequestBytes) throw new OutgoingError('too_large', 'The request is over the limit.');
  return Buffer.from(fill(text, secrets, bytes), 'latin1');
}

function fill(text: string, secrets: Secrets, escape: (secret: string) => string): string {
  return text.replaceAll(handles, (handle) => {
    const secret = secrets.get(handle);
    return secret === undefined ? handle : escape(secret);
  });
}

/** Puts handles back in the place of secrets, in the forms in which they were sent or are commonly repeated. */
export function createMask(secrets: Secrets) {
  const forms = new Map<string, string>();
  for (const [handle, secret] of secrets) {
    if (secret.length < shortestMasked) continue;
    const base64 = Buffer.from(secret).toString('base64');
    for (const form of [secret, encodeURIComponent(secret), inPath(secret), inJson(secret), base64])
      forms.set(form, handle);
  }
  // The longest first: one may be a part of another.
  const ordered = [...forms].sort(([a], [b]) => b.length - a.length);
  const text = (given: string) =>
    ordered.reduce((masked, [form, handle]) => masked.replaceAll(form, () => handle), given);
  const bytes = async (given: Uint8Array): Promise<Uint8Array> => {
    let masked = asBuffer(given);
    for (const [form, handle] of ordered) {
      const found = Buffer.from(form);
      if (masked.includes(found)) {
        if (lengthWith(masked, found, handle.length) > largestMasked) {
          throw new OutgoingError('too_large', 'The answer is over the limit.');
        }
        masked = Buffer.from(
          latin1(masked).replaceAll(latin1(found), () => handle),
          'latin1',
        );
      }
      // Each look at 10 MB takes milliseconds, and other organisations wait meanwhile.
      if (masked.length > largeBytes) await setImmediate();
    }
    return masked;
  };
  return { text, bytes };
}

/** The length after a replacement; no longer counted once it is too large: an answer may hold nothing but a short secret. */
function lengthWith(bytes: Buffer, found: Buffer, length: number): number {
  let size = bytes.length;
  for (let at = bytes.indexOf(found); at >= 0 && size <= largestMasked; at = bytes.indexOf(found, at + found.length)) {
    size += length - found.length;
  }
  return size;
}

function inPath(secret: string): string {
  return secret.split('/').map(encodeURIComponent).join('/');
}

function inJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function latin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1');
}
