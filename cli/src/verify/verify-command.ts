import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { spacedFingerprint } from '@proofpix/evidence/attestation';
import { changeSentence } from '@proofpix/evidence/change';
import { verifyExposure, type ExposureVerdict } from '@proofpix/evidence/exposure';
import { createNodeChecksum } from '@proofpix/evidence/node-checksum';
import { verifyBundle, type Verdict } from '@proofpix/evidence/verify-bundle';
import { limits } from '@proofpix/contract/limits';
import { signatureFileName } from '@proofpix/signatures/signature-file';
import { trustFolder } from '@proofpix/signatures/trust/folder';
import { readTrust } from '@proofpix/signatures/trust/follow';
import {
  looksLikePackage,
  packageChecks,
  verifyPackage,
  type PackageVerdict,
} from '@proofpix/signatures/verify-package';
import { fromCaller } from '../config.ts';
import { endWith } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { printable, printableJson } from '../printable.ts';
import { paintFor } from '../terminal.ts';
import { fileSource } from './file-source.ts';

export type VerifyOptions = { json: boolean; key?: string; signature?: string; trust?: string };

/** An evidence bundle, a report on what a version did or a package, told by content: where only a package has something, by what is given with it. */
export async function verify(path: string, options: VerifyOptions): Promise<void> {
  const file = fromCaller(path);
  const beside = options.signature === undefined ? signatureFileName(file) : fromCaller(options.signature);
  const hasSignature = options.signature !== undefined || (await stat(beside).catch(() => null)) !== null;
  if (hasSignature || options.trust !== undefined) {
    return tellPackage(
      await checkPackage(file, { beside: hasSignature ? beside : null, trust: options.trust }),
      options,
    );
  }
  const { size } = await stat(file);
  if (size <= limits.exposureFileBytes) {
    const exposure = verifyExposure(await readFile(file, 'utf8'), options.key);
    if (exposure !== null) return tellExposure(exposure, options);
  }
  // A package first: to a bundle's check, any other ZIP is a bundle that was changed.
  if (size <= limits.packageBytes && (await looksLikePackage(await readFile(file)))) {
    return tellPackage(await checkPackage(file, { beside: null, trust: undefined }), options);
  }
  const verdict = await checkBundle(file, options.key);
  if (options.json) console.log(printableJson(verdict, 2));
  else for (const line of describeBundle(verdict)) console.log(printable(line));
  endWith(bundleExits[verdict.state]);
}

async function checkPackage(
  file: string,
  { beside, trust }: { beside: string | null; trust: string | undefined },
): Promise<PackageVerdict> {
  const { size } = await stat(file);
  // The rule of the intake, before 50 MB of something else are read.
  if (size > limits.packageBytes) throw new CommandFailure(`${basename(file)} is over 50 MB, and no package.`);
  if (beside !== null && (await stat(beside)).size > limits.signatureFileBytes) {
    throw new CommandFailure(`${basename(beside)} is too large for signatures.`);
  }
  const now = new Date();
  return verifyPackage({
    archive: await readFile(file),
    fileName: basename(file),
    signature: beside === null ? null : await readFile(beside),
    readTrust: trust === undefined ? null : () => readTrust(trustFolder(fromCaller(trust)), now),
    now,
  });
}

const headlines = {
  proven: 'PROVEN. Signed by a key that is trusted, unchanged, and not on the kill list.',
  unproven: 'NOT PROVEN. Nothing is wrong, and nothing says whose it is.',
  refused: 'REFUSED.',
} as const;

function tellPackage(verdict: PackageVerdict, { json }: { json: boolean }): void {
  endWith(verdict.state === 'proven' ? 'ok' : 'found');
  if (json) return console.log(printableJson({ kind: 'package', ...verdict }, 2));
  const paint = paintFor(process.stdout);
  const failed = verdict.checks.find(({ result }) => result === 'failed');
  const because = failed === undefined ? '' : ` ${packageChecks[failed.check]}: ${failed.says}`;
  console.log(printable(`${headlines[verdict.state]}${because}`));
  const marks = { ok: paint.good('ok    '), failed: paint.bad('FAILED'), skipped: paint.quiet('–     ') };
  for (const { check, result, says } of verdict.checks)
    console.log(`  ${marks[result]} ${packageChecks[check].padEnd(14)} ${printable(says)}`);
  if (verdict.state === 'unproven')
    console.log('Give the signature beside it, and by --trust what "proofpix keys fetch" brought.');
}

function tellExposure(verdict: ExposureVerdict, { json }: { json: boolean }): void {
  endWith(verdict.state === 'unchanged' ? 'ok' : 'found');
  if (json) return console.log(printableJson({ kind: 'exposure', ...verdict }, 2));
  if (verdict.state === 'changed') return console.log(printable(`CHANGED. ${verdict.reason}`));
  const { digest, at } = verdict.document;
  for (const line of [
    'Nothing was changed.',
    `  Package       ${String(digest)}`,
    `  Signed at     ${String(at)}`,
    `  Key           ${spacedFingerprint(verdict.fingerprint)}`,
    'Not judged: whose key this is (compare it with the one that is published, or give --key),',
    'and what the report says that it does not know.',
  ])
    console.log(printable(line));
}

async function checkBundle(path: string, key: string | undefined): Promise<Verdict> {
  await using file = await open(path);
  return await verifyBundle(await fileSource(file), {
    checksum: createNodeChecksum,
    ...(key === undefined ? {} : { key }),
  });
}

const bundleExits = { unchanged: 'ok', changed: 'found', 'no-bundle': 'wrongInput' } as const;

function describeBundle(verdict: Verdict): string[] {
  if (verdict.state === 'no-bundle') return [`Neither an evidence bundle nor a package. ${verdict.reason}`];
  if (verdict.state === 'changed') return [`CHANGED. ${changeSentence(verdict.change)}`];
  const { organisation, case: ofCase, exhibits, period, files, signedAt, createdBy, fingerprint } = verdict.summary;
  return [
    'Nothing was changed.',
    `  Organisation  ${organisation.name}`,
    ...(ofCase === null
      ? []
      : [`  Case          ${ofCase.title}${ofCase.reference === null ? '' : ` (${ofCase.reference})`}`]),
    period === undefined
      ? `  Photos        ${exhibits.length} (${files} files)`
      : `  Period        ${period.from} until before ${period.to} (${files} files)`,
    `  Signed at     ${signedAt}`,
    ...(createdBy.name === null ? [] : [`  Exported by   ${createdBy.name}`]),
    `  Key           ${spacedFingerprint(fingerprint)}`,
    'Not judged: whose key this is (compare it with the one the organisation publishes, or give --key),',
    'whether the clock was right, and whether what the plugins found is true.',
  ];
}
