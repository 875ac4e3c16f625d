import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import { cleanText } from '@proofpix/host/clean-text';
import { parseJson } from '@proofpix/host/json-text';

/** What is read of a message: JSON as a value, text and forms as text. */
type Kind = 'json' | 'text';

/** A media type without its parameters, and how its bodies are read. @throws Problem media_type_not_supported */
export function readContentType(header: string | undefined): { contentType: string; kind: Kind } {
  const contentType = (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (contentType.length <= 200) {
    if (/^application\/([a-z0-9.-]+\+)?json$/.test(contentType)) return { contentType, kind: 'json' };
    if (/^text\/[a-z0-9.+-]+$/.test(contentType) || contentType === 'application/x-www-form-urlencoded') {
      return { contentType, kind: 'text' };
    }
  }
  throw new Problem('media_type_not_supported', 'A message is JSON, text or a form.');
}

/** @throws Problem invalid_request */
export function readBody(bytes: Uint8Array, kind: Kind): Json {
  const text = decode(bytes);
  if (kind === 'text') return text;
  try {
    const value = parseJson(text, { depth: limits.jsonDepth, code: 'invalid_request' }) as Json; // JSON.parse gives nothing else
    if (/__proto__|\\u/.test(text)) refusePrototypes(value);
    return value;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('invalid_request', 'The body is not valid JSON.');
  }
}

/** As in every JSON body: a plugin that merges objects must not be led to the prototype of all of them. */
function refusePrototypes(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, '__proto__')) throw new Problem('invalid_request', 'The body has a key named __proto__.');
  for (const child of Object.values(value)) refusePrototypes(child as Json); // a part of JSON
}

/** What the message says it is, where it follows the form of Standard Webhooks. */
export function typeOf(body: Json): string | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { type } = body as { readonly [key: string]: Json }; // isArray does not take readonly arrays out of the union
  return typeof type === 'string' && type !== '' && type.length <= 100 ? cleanText(type) : null;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('invalid_request', 'The body is not UTF-8.');
  }
}
