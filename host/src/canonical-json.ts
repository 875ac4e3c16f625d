import { createHash } from 'node:crypto';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import type { Json } from '@proofpix/contract/json';

/** SHA-256 over the canonical JSON, lower-case hex. */
export function jsonDigest(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
