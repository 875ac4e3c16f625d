import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { limits } from '@proofpix/contract/limits';
import { JsonFault, parseStrictJson } from '@proofpix/scanner/parse-json';
import { Envelope } from './dsse.ts';
import { SignatureFault } from './fault.ts';

const format = 'proofpix-signatures-1';

/** What travels beside a package as `<file>.sig.json`: never inside of it, because the identity would change. */
export const SignatureFile = Type.Object(
  {
    format: Type.Literal(format),
    publisher: Type.Union([Envelope, Type.Null()]),
    marketplace: Type.Union([Envelope, Type.Null()]),
  },
  { additionalProperties: false },
);
export type SignatureFile = Static<typeof SignatureFile>;

export function signatureFileName(packagePath: string): string {
  return `${packagePath}.sig.json`;
}

export function writeSignatureFile({ publisher, marketplace }: Omit<SignatureFile, 'format'>): string {
  return `${JSON.stringify({ format, publisher, marketplace }, null, 2)}\n`;
}

/** @throws SignatureFault malformed */
export function readSignatureFile(bytes: Uint8Array): SignatureFile {
  if (bytes.length > limits.signatureFileBytes) {
    throw new SignatureFault('malformed', `It is over ${limits.signatureFileBytes / 1024} kB.`);
  }
  let value: unknown;
  try {
    value = parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof JsonFault) throw new SignatureFault('malformed', `It ${error.message}.`);
    throw error;
  }
  if (!Check(SignatureFile, value)) throw new SignatureFault('malformed', `It is not of the form ${format}.`);
  if (value.publisher === null && value.marketplace === null) {
    throw new SignatureFault('malformed', 'There is no signature in it.');
  }
  return value;
}
