import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';

const functions = { sha256, sha384, sha512 } as const;

/** The hashes that the specification allows; it names them like this. */
export function hashFunction(name: string): (typeof functions)[keyof typeof functions] | null {
  return Object.hasOwn(functions, name) ? functions[name as keyof typeof functions] : null; // an own key, as just asked
}

/** Of claims that name no algorithm. */
export const usualAlgorithm = 'sha256';
