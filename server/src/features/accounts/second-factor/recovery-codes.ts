import { randomBytes } from 'node:crypto';
import { hashSecret } from '../secrets.ts';
import { base32 } from './totp.ts';

const codes = 10;
/** 120 bits: their plain hashes tell nothing to whoever reads the database, however fast they are computed. */
const bytes = 15;

/** Such as "k3fz-9qha-27mx-vbd2-4trc-qe7s", in groups that people copy without losing their place. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: codes }, () => {
    const text = base32(randomBytes(bytes)).toLowerCase();
    return text.match(/.{4}/g)?.join('-') ?? text;
  });
}

/** The same whatever the case, the hyphens and the spaces. */
export function hashRecoveryCode(code: string): Uint8Array {
  return hashSecret(code.toLowerCase().replaceAll(/[\s-]/g, ''));
}
