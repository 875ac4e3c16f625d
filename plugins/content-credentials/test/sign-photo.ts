import { createHash, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { encode } from 'cborg';
import { makeSigner, type Signer } from './write-der.ts';

export type Container = 'jpeg' | 'png' | 'webp';
type Exclusion = { start: number | bigint; length: number | bigint };

/** One assertion; `declared: false` puts it into the store without naming it in the claim. */
type Assertion = { label: string; content: unknown; declared?: boolean };

export type SignOptions = {
  container?: Container;
  signer?: Signer;
  actions?: unknown[];
  assertions?: Assertion[];
  /** What the data hash leaves out, where the own place is known. */
  exclusions?: (own: { start: number; length: number }) => Exclusion[];
  /** Other content of the assertion with the data hash. */
  hash?: (content: Record<string, unknown>) => Record<string, unknown>;
  claim?: (content: Record<string, unknown>) => Record<string, unknown>;
  protectedHeader?: Map<number, unknown>;
  /** Instead of `c2pa.hash.data`. */
  binding?: Assertion;
  /** Manifests before the active one. */
  earlier?: Buffer[];
  isUpdate?: boolean;
  label?: string;
};

export const manifestLabel = 'urn:uuid:3f0a9b52-0000-4000-8000-000000000001';
// One for all: the length of a certificate differs from one to the next.
const usualSigner = makeSigner();
const suffix = Buffer.from('00110010800000aa00389b71', 'hex');

/** Puts a signed manifest into a photo, as a program would that follows the specification. */
export function signPhoto(photo: Uint8Array, options: SignOptions = {}): Buffer {
  const container = options.container ?? 'jpeg';
  const at = placeIn[container](photo);
  let length = 0;
  // The hash says how long the store is that it stands in: built anew until that is so.
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const framed = (store: Buffer) => insert(photo, at, frames[container](store), container);
    const build = (hash: Buffer) => storeOf(hash, { start: at, length }, options);
    const empty = framed(build(Buffer.alloc(32)));
    const own = empty.length - photo.length;
    if (own === length) {
      const exclusions = options.exclusions?.({ start: at, length }) ?? [{ start: at, length }];
      return framed(build(hashOf(empty, exclusions)));
    }
    length = own;
  }
  throw new Error('The length of the store does not settle.');
}

function hashOf(file: Buffer, exclusions: readonly Exclusion[]): Buffer {
  const hash = createHash('sha256');
  let at = 0;
  for (const { start, length } of exclusions) {
    hash.update(file.subarray(at, Math.max(at, Number(start))));
    at = Number(start) + Number(length);
  }
  return hash.update(file.subarray(at)).digest();
}

function storeOf(hash: Buffer, own: { start: number; length: number }, options: SignOptions): Buffer {
  return superbox('c2pa', 'c2pa', ...(options.earlier ?? []), manifestOf(hash, own, options));
}

/** One manifest as a box, for stores of several. */
export function manifestOf(hash: Buffer, own: { start: number; length: number }, options: SignOptions): Buffer {
  const label = options.label ?? manifestLabel;
  const signer = options.signer ?? usualSigner;
  const exclusions = options.exclusions?.(own) ?? [own];
  const content = { exclusions, alg: 'sha256', hash, pad: Buffer.alloc(8) };
  const binding = options.binding ?? { label: 'c2pa.hash.data', content: options.hash?.(content) ?? content };
  const actions = { actions: options.actions ?? [{ action: 'c2pa.created' }, { action: 'c2pa.cropped' }] };
  const assertions: Assertion[] = [
    { label: 'c2pa.actions', content: actions },
    ...(options.assertions ?? []),
    ...(options.isUpdate ? [] : [binding]),
  ];
  const boxes = assertions.map((one) => ({
    ...one,
    box: superbox('cbor', one.label, box('cbor', encode(one.content))),
  }));
  const claim = {
    alg: 'sha256',
    claim_generator: 'ProofPix tests/1.0',
    'dc:title': 'lake.jpg',
    'dc:format': 'image/jpeg',
    instanceID: 'xmp:iid:1',
    signature: `self#jumbf=/c2pa/${label}/c2pa.signature`,
    assertions: boxes
      .filter(({ declared }) => declared !== false)
      .map((one) => ({
        url: `self#jumbf=/c2pa/${label}/c2pa.assertions/${one.label}`,
        // Everything behind length and type.
        hash: createHash('sha256').update(one.box.subarray(8)).digest(),
      })),
  };
  const claimBytes = encode(options.claim?.(claim) ?? claim);
  const header = encode(
    options.protectedHeader ??
      new Map<number, unknown>([
        [1, -7],
        [33, signer.certificate],
      ]),
  );
  const signed = encode(['Signature1', header, new Uint8Array(0), claimBytes]);
  const signature = sign('sha256', signed, { key: signer.privateKey, dsaEncoding: 'ieee-p1363' });
  return superbox(
    options.isUpdate ? 'c2um' : 'c2ma',
    label,
    superbox('c2as', 'c2pa.assertions', ...boxes.map((one) => one.box)),
    superbox('c2cl', 'c2pa.claim', box('cbor', claimBytes)),
    superbox('c2cs', 'c2pa.signature', box('cbor', encode([header, {}, null, signature]))),
  );
}

export function superbox(kind: string, label: string, ...content: Uint8Array[]): Buffer {
  const description = Buffer.concat([Buffer.from(kind), suffix, Buffer.of(0x03), Buffer.from(`${label}\0`)]);
  return box('jumb', Buffer.concat([box('jumd', description), ...content]));
}

export function box(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

const placeIn: Record<Container, (photo: Uint8Array) => number> = {
  jpeg: () => 2,
  png: () => 8 + 25, // behind IHDR
  webp: (photo) => photo.length,
};

const partBytes = 60_000;

/** A store as it stands in a file of each kind. */
export const frames: Record<Container, (store: Buffer) => Buffer> = {
  jpeg(store) {
    const parts: Buffer[] = [];
    for (let at = 8; at < store.length; at += partBytes) {
      const head = Buffer.alloc(12);
      head.writeUInt16BE(0xffeb);
      head.write('JP', 4, 'latin1');
      head.writeUInt16BE(1, 6);
      head.writeUInt32BE(parts.length + 1, 8);
      const content = store.subarray(at, at + partBytes);
      head.writeUInt16BE(head.length - 2 + 8 + content.length, 2);
      parts.push(Buffer.concat([head, store.subarray(0, 8), content]));
    }
    return Buffer.concat(parts);
  },
  png(store) {
    const typed = Buffer.concat([Buffer.from('caBX'), store]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(store.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(typed));
    return Buffer.concat([head, typed, checksum]);
  },
  webp(store) {
    const head = Buffer.alloc(8);
    head.write('C2PA', 'latin1');
    head.writeUInt32LE(store.length, 4);
    return Buffer.concat([head, store, Buffer.alloc(store.length % 2)]);
  },
};

export function insert(photo: Uint8Array, at: number, framed: Buffer, container: Container): Buffer {
  const whole = Buffer.concat([photo.subarray(0, at), framed, photo.subarray(at)]);
  if (container === 'webp') whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}
