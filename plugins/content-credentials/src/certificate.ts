import { hexOf, latin1 } from './byte-source.ts';
import { contentOf, DerError, identifierOf, inside, readDer, tags, timeOf, type Der } from './der.ts';

/** The fields of an X.509 certificate that are shown or used. Nothing here says that anybody should trust it. */
export type Certificate = {
  serial: string;
  issuer: Name;
  /** The issuer's name as it is encoded: for comparing. */
  issuerBytes: Uint8Array;
  subject: Name;
  notBefore: string | null;
  notAfter: string | null;
  /** SubjectPublicKeyInfo, as `ctx.crypto.verify` takes it. */
  publicKey: Uint8Array;
};

type Name = { organisation: string | null; commonName: string | null; text: string };

const attributeNames: { readonly [identifier: string]: string } = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};
const explicitVersion = 0xa0;
const longestName = 500;

/** @throws DerError */
export function readCertificate(bytes: Uint8Array): Certificate {
  const [signed] = inside(readDer(bytes)[0], tags.sequence);
  const fields = inside(signed, tags.sequence);
  if (fields[0]?.tag === explicitVersion) fields.shift();
  const [serial, , issuer, validity, subject, publicKey] = fields;
  const [notBefore, notAfter] = inside(validity, tags.sequence);
  if (issuer === undefined || publicKey === undefined) throw new DerError('A field of the certificate is missing.');
  return {
    serial: hexOf(contentOf(serial, tags.integer)),
    issuer: readName(issuer),
    issuerBytes: issuer.whole,
    subject: readName(subject),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    publicKey: publicKey.whole,
  };
}

function readName(element: Der | undefined): Name {
  const values = new Map<string, string>();
  for (const set of inside(element, tags.sequence)) {
    for (const attribute of inside(set, tags.set)) {
      const [identifier, value] = inside(attribute, tags.sequence);
      const name = attributeNames[identifierOf(identifier)];
      if (name !== undefined && value !== undefined && !values.has(name)) values.set(name, textOf(value));
    }
  }
  const text = [...values].map(([name, value]) => `${name}=${value}`).join(', ');
  return {
    organisation: values.get('O') ?? null,
    commonName: values.get('CN') ?? null,
    text: text.slice(0, longestName),
  };
}

const utf16 = 0x1e;
const latinKinds = [0x13, 0x14, 0x16];

function textOf({ tag, content }: Der): string {
  const cut = content.subarray(0, longestName);
  if (latinKinds.includes(tag)) return latin1(cut);
  return new TextDecoder(tag === utf16 ? 'utf-16be' : 'utf-8').decode(cut);
}
