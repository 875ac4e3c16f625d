import { gunzipSync, gzipSync } from 'node:zlib';
import { archiveRules } from '@proofpix/contract/archive-rules';
import { Problem } from '@proofpix/contract/errors';
import { writeArchive } from '@proofpix/pack/write-archive';
import { packageDigest } from '@proofpix/scanner/identity';
import { pathFault } from '@proofpix/scanner/paths';
import { readArchive } from '@proofpix/scanner/read-archive';
import { honestTars } from '../../corpus/archives/honest-tar.ts';
import { honestZips } from '../../corpus/archives/honest-zip.ts';
import { pathCases } from '../../corpus/archives/hostile-paths.ts';
import { tarCases } from '../../corpus/archives/hostile-tar.ts';
import { zipCases } from '../../corpus/archives/hostile-zip.ts';
import { makeTar, sealHeader, type TarPart } from '../../corpus/archives/make-tar.ts';
import { makeZip, type ZipEndOptions, type ZipPart } from '../../corpus/archives/make-zip.ts';
import { mutate, splice } from '../mutate.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target.ts';

const names = [
  'index.js',
  'manifest.json',
  'lib/a.js',
  'lib/',
  'a',
  '../a',
  'A',
  'caf\u00e9',
  'cafe\u0301',
  './a',
  'x'.repeat(99),
  '\0',
  'lib/b/c.js',
];
const values = [0, 1, 8, 19, 20, 0xff, 0xffff, 0x7fffffff, 0xffffffff];

let kept: Uint8Array[] | undefined;

/** Our own archives, without the bombs: what is mutated here is meant to be quick. */
function ownArchives(): Uint8Array[] {
  kept ??= [...honestZips, ...honestTars, ...pathCases, ...zipCases, ...tarCases]
    .map((one) => one.bytes())
    .filter((bytes) => bytes.length > 0 && bytes.length < 64_000);
  return kept;
}

export const archives: Target = {
  make(random) {
    const way = random.below(10);
    if (way < 3) return randomZip(random);
    if (way < 5) return gzipSync(reseal(randomTar(random)));
    if (way < 6) return splice(random.pick(ownArchives()), random.pick(ownArchives()), random);
    const archive = random.pick(ownArchives());
    if (!isGzip(archive) || random.once(5)) return mutate(archive, random);
    // Behind a checksum and a compressor, changed bytes would only ever try those two.
    return gzipSync(reseal(mutate(unpackSome(archive), random)));
  },

  async check(input) {
    const files = await readOrRefuse(input);
    if (files === null) return;
    for (const path of files.keys())
      if (pathFault(path) !== null) throw new Error(`It accepted the path ${JSON.stringify(path)}.`);
    const digest = await packageDigest(files);
    for (const format of ['zip', 'tgz'] as const) {
      const written = await writeOrRefuse(files, format);
      if (written === null) continue;
      const again = await readArchive(written);
      if ((await packageDigest(again.files)) !== digest)
        throw new Error(`As a canonical ${format} it is another package.`);
      const twice = await writeArchive(again.files, format);
      if (Buffer.compare(written, twice) !== 0) throw new Error(`Its canonical ${format} is not the same twice.`);
    }
  },
};

async function readOrRefuse(input: Uint8Array): Promise<Map<string, Uint8Array> | null> {
  try {
    return (await readArchive(input)).files;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'package_not_archive' || error.code === 'package_too_large') return null;
    if (error.code !== 'package_refused') throw error;
    if (error.rule === undefined || !Object.hasOwn(archiveRules, error.rule))
      throw new Error(`It refused by no rule: ${error.message}`, { cause: error });
    return null;
  }
}

/** A TAR.GZ cannot hold every path that a ZIP can; packing says so. */
async function writeOrRefuse(
  files: ReadonlyMap<string, Uint8Array>,
  format: 'zip' | 'tgz',
): Promise<Uint8Array | null> {
  try {
    return await writeArchive(files, format);
  } catch (error) {
    if (format === 'tgz' && error instanceof Problem && error.code === 'pack_failed') return null;
    throw error;
  }
}

function randomZip(random: Random): Uint8Array {
  const parts = Array.from({ length: random.below(4) + 1 }, (_, index): ZipPart => {
    const part: ZipPart = {
      name: random.once(3) ? random.pick(names) : `f${index}`,
      content: random.pick(['', 'x', 'exports.hooks = {};\n', 'x'.repeat(random.below(3_000))]),
      stored: random.once(3),
      ...(random.once(4) ? { descriptor: random.pick(['signed', 'bare', 'wide'] as const) } : {}),
    };
    return random.once(2) ? part : { ...part, ...zipLie(random) };
  });
  const zip = makeZip(parts, random.once(3) ? endLie(random) : {});
  return random.once(3) ? mutate(zip, random, 2) : zip;
}

function zipLie(random: Random): Partial<ZipPart> {
  const key = random.pick([
    ...([
      'flags',
      'method',
      'crc',
      'size',
      'compressedSize',
      'madeBy',
      'needed',
      'disk',
      'offset',
      'dosAttributes',
    ] as const),
    ...(['localSize', 'localCompressedSize', 'localCrc', 'localFlags', 'localMethod'] as const),
    ...(['mode', 'localName', 'extra', 'localExtra', 'gap', 'comment', 'packed'] as const),
  ]);
  if (key === 'mode') return { mode: random.below(0o200000) };
  if (key === 'localName') return { localName: random.pick(names) };
  if (key === 'gap' || key === 'comment' || key === 'packed') return { [key]: noise(random, 40) };
  if (key !== 'extra' && key !== 'localExtra') {
    const wide = /size|crc|offset/i.test(key);
    return { [key]: random.pick(values) % (wide ? 2 ** 32 : 2 ** 16) };
  }
  // Half of them fields of a known kind.
  const field = noise(random, 24);
  if (field.length >= 4 && random.once(2)) {
    field.writeUInt16LE(random.pick([1, 0x7075, 0x5455, 0x000a, 0x7875]), 0);
    field.writeUInt16LE(field.length - 4, 2);
  }
  return { [key]: field };
}

function endLie(random: Random): ZipEndOptions {
  const key = random.pick([
    'prefix',
    'comment',
    'behind',
    'beforeEnd',
    'count',
    'disk',
    'directoryStart',
    'directorySize',
    'end64',
  ] as const);
  if (key === 'end64')
    return { end64: random.once(2) ? {} : { [random.pick(['count', 'size', 'start', 'at'])]: random.pick(values) } };
  if (key === 'count' || key === 'disk') return { [key]: random.pick(values) % 0x10000 };
  return { [key]: key === 'directoryStart' || key === 'directorySize' ? random.pick(values) : noise(random, 60) };
}

function randomTar(random: Random): Buffer {
  const parts = Array.from({ length: random.below(5) + 1 }, (_, index): TarPart => ({
    name: random.once(3) ? random.pick(names) : `f${index}`,
    content: random.once(2)
      ? 'x'.repeat(random.below(1_500))
      : random.pick(['', '11 path=f1\n', '10 size=3\n', 'f1\0', '20 mtime=1.5\n']),
    type: random.once(3) ? random.pick(['0', '5', 'x', 'g', 'L', 'K', 'S', '1', '2', '\0', '7']) : '0',
    ...(random.once(6) ? { magic: random.pick(['ustar  \0', '\0'.repeat(8), 'ustar\x0000', 'ustar\0  ']) } : {}),
    ...(random.once(8) ? { prefix: random.pick(names) } : {}),
    ...(random.once(8)
      ? { size: random.pick(['00000000000\0', '77777777777\0', '00000000001\0', '            ', '-1']) }
      : {}),
    ...(random.once(8) ? { mode: random.pick(['0000755\0', '0120777\0', '0004755\0', '       \0']) } : {}),
  }));
  const tar = Buffer.from(makeTar(parts, random.once(5) ? { end: noise(random, 2_000) } : {}));
  return random.once(2) ? mutate(tar, random, 3) : tar;
}

/** Gives each header the checksum its bytes ask for, as far as sizes lead: without it nothing behind it would be tried. */
function reseal(tar: Buffer): Buffer {
  for (let at = 0; at + 512 <= tar.length;) {
    const header = tar.subarray(at, at + 512);
    if (header.some((byte) => byte !== 0)) sealHeader(header);
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    at += 512 + (size > 0 && size < tar.length ? Math.ceil(size / 512) * 512 : 0);
  }
  return tar;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpackSome(archive: Uint8Array): Uint8Array {
  try {
    return gunzipSync(archive, { maxOutputLength: 1_000_000 });
  } catch {
    return archive; // one that is broken on purpose
  }
}

function noise(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: random.below(most) }, () => random.below(256)));
}
