import { Problem } from '@proofpix/contract/errors';
import type { SignatureMark } from '@proofpix/contract/trust';
import { readManifest } from '@proofpix/scanner/read-manifest';
import { readArchive } from '@proofpix/scanner/read-archive';
import { readPackage } from '@proofpix/scanner/read-package';
import { SignatureFault } from './fault.ts';
import { killedBy, killSentence } from './kill-list.ts';
import { readSignatureFile, type SignatureFile } from './signature-file.ts';
import { TrustFault } from './trust/fault.ts';
import type { Trust } from './trust/follow.ts';
import { verifySignatures, type SignedPackage } from './verify-signatures.ts';

export const packageChecks = {
  archive: 'Archive',
  manifest: 'Manifest',
  identity: 'Identity',
  trust: 'Trust metadata',
  signature: 'Publisher',
  countersignature: 'Marketplace',
  killList: 'Kill list',
} as const;
export type PackageCheck = keyof typeof packageChecks;

/** `skipped`: there was nothing to check it by, or something before it failed. */
export type CheckResult = { check: PackageCheck; result: 'ok' | 'failed' | 'skipped'; says: string };

export type PackageVerdict = {
  /** proven: signed, by a key that is trusted, and not killed. unproven: nothing is wrong, and nothing says whose it is. */
  state: 'proven' | 'unproven' | 'refused';
  package: SignedPackage | null;
  signature: SignatureMark | null;
  checks: CheckResult[];
};

export type PackageQuestion = {
  archive: Uint8Array;
  fileName: string;
  /** The file of signatures beside it; null where there is none. */
  signature: Uint8Array | null;
  /** Reads what is trusted; null where nobody said by what to judge. */
  readTrust: (() => Promise<Trust>) | null;
  now: Date;
};

class Failed extends Error {}

/** Checks a package and everything that is said about it, one line a check, to the first that fails. Needs no network. */
export async function verifyPackage(question: PackageQuestion): Promise<PackageVerdict> {
  const { archive, fileName, signature, now } = question;
  const checks: CheckResult[] = [];
  const verdict: PackageVerdict = { state: 'refused', package: null, signature: null, checks };
  const add = (check: PackageCheck, says: string, result: CheckResult['result'] = 'ok') =>
    void checks.push({ check, result, says });
  /** @throws Failed */
  const attempt = async <Result>(check: PackageCheck, work: () => Result | Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      const told = error instanceof Problem || error instanceof SignatureFault || error instanceof TrustFault;
      if (!told) throw error;
      const fields = error instanceof Problem ? error.fields.map(({ field, message }) => ` ${field} ${message}.`) : [];
      const where = error instanceof SignatureFault && error.part === 'marketplace' ? 'countersignature' : check;
      add(where, `${error.message}${fields.join('')}`, 'failed');
      throw new Failed();
    }
  };

  try {
    const { format, files } = await attempt('archive', () => readArchive(archive, { fileName }));
    add('archive', `${format}, ${files.size} files`);
    const read = await attempt('manifest', () => readPackage(archive, { fileName }));
    const { manifest, digest } = read;
    add('manifest', `${manifest.id} ${manifest.version}`);
    const subject = { id: manifest.id, version: manifest.version, digest };
    verdict.package = subject;
    add('identity', digest);

    const trust = question.readTrust === null ? null : await attempt('trust', question.readTrust);
    if (trust === null) add('trust', 'not given, so no key is known', 'skipped');
    else add('trust', trustSentence(trust));

    const file = signature === null ? null : await attempt('signature', () => readSignatureFile(signature));
    const mark =
      file === null || trust === null
        ? null
        : await attempt('signature', () => verifySignatures({ file, package: subject, keys: trust.keys, now }));
    verdict.signature = mark;
    for (const line of signatureLines(file, mark)) checks.push(line);

    if (trust === null) add('killList', 'not checked', 'skipped');
    else {
      const suspect = {
        ...subject,
        publishers: mark?.publisher ? [mark.publisher] : [],
        keyIds: [...(mark?.keyIds ?? []), ...(mark?.countersigned?.keyIds ?? [])],
      };
      const entry = killedBy(trust.killList, suspect, now);
      await attempt('killList', () => {
        if (entry !== null) throw new Problem('package_killed', killSentence(entry));
      });
      add('killList', `not on it (${trust.killList.length} entries)`);
    }
    verdict.state = mark === null ? 'unproven' : 'proven';
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const done = new Set(checks.map(({ check }) => check));
    // Object.keys of a constant object: the keys are exactly its type's keys.
    for (const check of Object.keys(packageChecks) as PackageCheck[])
      if (!done.has(check)) add(check, 'not checked', 'skipped');
  }
  return verdict;
}

/** Whether a file is meant to be a package: an archive of ours with a plugin's manifest, read under the archive policy. */
export async function looksLikePackage(archive: Uint8Array): Promise<boolean> {
  try {
    const { files } = await readArchive(archive);
    const manifest = [...files].find(([path]) => /^([^/]+\/)?manifest\.json$/.test(path))?.[1];
    return manifest !== undefined && readManifest(manifest).manifest.id !== '';
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

function trustSentence({ root, expires, timestampVersion }: Trust): string {
  const keys = root.keys === 1 ? 'one key' : `${root.threshold} of ${root.keys} keys`;
  return `root ${root.version} (${keys}), version ${timestampVersion}, good until ${expires}`;
}

function signatureLines(file: SignatureFile | null, mark: SignatureMark | null): CheckResult[] {
  const skipped = (check: PackageCheck, says: string): CheckResult => ({ check, result: 'skipped', says });
  if (file === null) return [skipped('signature', 'not signed'), skipped('countersignature', 'not signed')];
  const publisher =
    file.publisher === null
      ? skipped('signature', 'no key of its own; uploaded by an account')
      : mark === null
        ? skipped('signature', 'signed, and not checked: no key is known')
        : line('signature', `${mark.publisher}, key ${mark.keyIds.join(', ')}, on ${mark.signedAt}`);
  const witness = mark?.countersigned;
  const marketplace =
    file.marketplace === null
      ? skipped('countersignature', 'not countersigned')
      : witness
        ? line('countersignature', `${witness.verdict} on ${witness.decidedAt}, by the rules ${witness.ruleSet}`)
        : skipped('countersignature', 'countersigned, and not checked: no key is known');
  return [publisher, marketplace];
}

function line(check: PackageCheck, says: string): CheckResult {
  return { check, result: 'ok', says };
}
