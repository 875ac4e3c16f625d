import { sign, verify, type KeyObject } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { strictBase64 } from '@proofpix/contract/ed25519-key';
import { limits } from '@proofpix/contract/limits';
import { SignatureFault } from './fault.ts';
import type { SigningKey } from './keys.ts';

const closed = { additionalProperties: false } as const;

/** DSSE envelope v1. `keyid` is a hint in the specification; here it is demanded, and the key decides. */
export const Envelope = Type.Object(
  {
    payloadType: Type.String({ maxLength: 200 }),
    payload: Type.String({ maxLength: limits.signatureFileBytes }),
    signatures: Type.Array(
      Type.Object(
        { keyid: Type.String({ pattern: '^[0-9a-f]{64}$' }), sig: Type.String({ minLength: 88, maxLength: 88 }) },
        closed,
      ),
      { minItems: 1, maxItems: limits.signaturesPerEnvelope },
    ),
  },
  closed,
);
export type Envelope = Static<typeof Envelope>;

/**
 * Pre-authentication encoding: type and payload with their lengths, so that no bytes can move from one to the other, and no
 * signature over anything else fits.
 */
export function preAuthentication(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    Buffer.from(payload),
  ]);
}

export function signEnvelope(payloadType: string, payload: Uint8Array, keys: readonly SigningKey[]): Envelope {
  const bytes = preAuthentication(payloadType, payload);
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: keys.map(({ id, privateKey }) => ({
      keyid: id,
      sig: sign(null, bytes, privateKey).toString('base64'),
    })),
  };
}

export type OpenedEnvelope = { payload: Uint8Array; signers: readonly string[] };

/**
 * The payload, once every signature fits. One that does not, or by a key that is not known, refuses the whole: what nobody
 * checks must not travel along and look checked.
 * @throws SignatureFault
 */
export function openEnvelope(
  envelope: Envelope,
  payloadType: string,
  keyOf: (keyId: string) => KeyObject | undefined,
): OpenedEnvelope {
  // The type is signed too; compared first, because what else would be verified is not ours to judge.
  if (envelope.payloadType !== payloadType) {
    throw new SignatureFault('payload_type', `It says "${printable(envelope.payloadType)}".`);
  }
  const payload = strictBase64(envelope.payload);
  if (payload === null) throw new SignatureFault('malformed', 'The payload is not base64.');
  const bytes = preAuthentication(payloadType, payload);
  const signers = new Set<string>();
  for (const { keyid, sig } of envelope.signatures) {
    if (signers.has(keyid)) throw new SignatureFault('malformed', `The key ${keyid.slice(0, 16)}… signed twice.`);
    const signature = strictBase64(sig);
    if (signature?.length !== 64) throw new SignatureFault('malformed', 'A signature is not 64 bytes in base64.');
    const key = keyOf(keyid);
    if (key === undefined) throw new SignatureFault('key_unknown', `Its id is ${keyid}.`);
    if (!verify(null, bytes, key, signature)) throw new SignatureFault('signature_wrong', `Key ${keyid}.`);
    signers.add(keyid);
  }
  return { payload, signers: [...signers] };
}

function printable(text: string): string {
  return text.slice(0, 80).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
