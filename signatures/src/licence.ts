import type { KeyObject } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import { JsonFault, parseStrictJson } from '@proofpix/scanner/parse-json';
import { Envelope, openEnvelope, signEnvelope } from './dsse.ts';
import { SignatureFault } from './fault.ts';
import type { SigningKey } from './keys.ts';

const payloadType = 'application/vnd.proofpix.licence+json';
const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' });

/** The marketplace's word that a plugin answers for an organisation. */
const LicenceStatement = Type.Object(
  {
    organisation: Type.String({ maxLength: 50 }),
    source: Type.String({ maxLength: 50 }),
    publisher: Type.String({ maxLength: 50 }),
    plugin: Type.String({ maxLength: 50 }),
    kind: Type.Enum(['trial', 'paid']),
    issued: Time,
    /** Null: for good. */
    until: Type.Union([Time, Type.Null()]),
    /** Until then it is good for a host that cannot ask the marketplace. */
    renewBy: Time,
  },
  { additionalProperties: false },
);
export type LicenceStatement = Static<typeof LicenceStatement>;

export function signLicence(statement: LicenceStatement, key: SigningKey): Envelope {
  return signEnvelope(payloadType, Buffer.from(canonicalJson(statement)), [key]);
}

/** @throws SignatureFault for what is no envelope, of another kind, altered, or signed by a key that is not known */
export function openLicence(envelope: unknown, keyOf: (keyId: string) => KeyObject | undefined): LicenceStatement {
  if (!Check(Envelope, envelope)) throw new SignatureFault('malformed', 'It is no envelope.');
  const { payload } = openEnvelope(envelope, payloadType, keyOf);
  const statement = parsed(payload);
  if (!Check(LicenceStatement, statement)) throw new SignatureFault('predicate_wrong');
  return statement;
}

function parsed(payload: Uint8Array): unknown {
  try {
    return parseStrictJson(payload);
  } catch (error) {
    if (error instanceof JsonFault) throw new SignatureFault('predicate_wrong', `The statement ${error.message}.`);
    throw error;
  }
}
