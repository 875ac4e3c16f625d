import { availableParallelism, constants as osConstants, setPriority } from 'node:os';
import type { ComponentList } from '@proofpix/contract/dependencies';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { ScanResult } from '@proofpix/contract/scan';
import { createPool, usualSpares, type PoolUse } from '@proofpix/host/pool';
import { sha256 } from '@proofpix/scanner/identity';
import type { Package } from '@proofpix/scanner/package';
import { readFiles } from '@proofpix/scanner/read-package';
import { askScanner, usualBounds, type Answer, type ScanBounds } from './ask-scanner.ts';
import type { Progress } from './messages.ts';
import { spawnScanner } from './scanner-program.ts';

/** A scan has the processor to itself mostly: more at once would only make each of them slower. */
const scannersAtOnce = Math.max(2, Math.min(4, availableParallelism()));

/** A package that a scan has read, in the form in which it is kept. */
export type ScannedPackage = {
  /** Worked out here of the files that came back; `archiveDigest` is that of `archive`. */
  package: Package;
  /** In canonical form: what the same files always become, whoever packed them. */
  archive: Uint8Array;
  /** SHA-256 of the archive as it was received. */
  receivedDigest: string;
  scan: ScanResult;
  components: ComponentList;
};

export type ScanRequest = {
  organisationId: string;
  archive: Uint8Array;
  fileName?: string;
  /** Under which its progress can be asked for. */
  key?: string;
  /** False: nobody waits for it, and it takes what is left of the processor. */
  isUrgent?: boolean;
  /** Whoever asked waits no more: the process ends at once. */
  signal?: AbortSignal;
};

/**
 * Where packages of strangers come in. Their bytes are unpacked and their code is parsed in a process that has nothing and
 * reaches nothing, a fresh one for each.
 */
export type Intake = AsyncDisposable & {
  /**
   * @throws Problem why the package is refused; `package_not_scanned` when there is no answer to be believed, in two
   *   processes one after the other; `sandbox_busy` when too many wait already
   */
  scan(request: ScanRequest): Promise<ScannedPackage>;
  /** How far the scan under this key is; null where there is none. */
  progressOf(key: string): Progress | null;
  /** Boots the spares. For a server that has started and has nothing better to do. */
  prepare(): void;
  use(): PoolUse;
};

export type IntakeOptions = {
  /** Told of a process that gave no answer: for the log, and never for whoever sent the package. */
  onLost?: (lost: { organisationId: string; reason: string }) => void;
  /** Booted processes that wait for a package, of some 25 MB each; by the memory of the machine when left out. */
  spare?: number | undefined;
  maximum?: number;
  bounds?: Partial<ScanBounds>;
  /** Another program in the place of the scanner, for tests. */
  scannerFile?: string;
};

export function createIntake(options: IntakeOptions): Intake {
  const bounds = { ...usualBounds, ...options.bounds };
  const { spare = usualSpares() } = options;
  const pool = createPool({
    spare,
    // Ten packages at once find ten: what makes up for them comes when the ten have been read.
    refillMilliseconds: 1_000,
    maximum: options.maximum ?? spare + scannersAtOnce,
    spawn: (signal) => spawnScanner({ file: options.scannerFile, signal }),
    memory: { bytes: bounds.memoryBytes, final: true },
    // Each ends by itself, and soon.
    makeRoom: () => null,
  });
  const progress = new Map<string, Progress>();
  const waiting = new Map<string, number>();
  let waitingBytes = 0;

  /** A process that cannot be started is one that gave no answer. */
  async function ask(request: ScanRequest): Promise<Answer> {
    try {
      const scanner = await pool.take(request.organisationId, request.signal ?? new AbortController().signal);
      const { archive, fileName, key, signal, isUrgent = true } = request;
      if (!isUrgent) yieldToOthers(scanner.pid);
      return await askScanner(scanner, {
        archive,
        ...(fileName === undefined ? {} : { fileName }),
        bounds,
        ...(signal === undefined ? {} : { signal }),
        onProgress: (told) => key !== undefined && progress.set(key, told),
      });
    } catch (error) {
      if (error instanceof Problem) throw error;
      return { kind: 'lost', reason: String(error) };
    }
  }

  async function scanOnce(request: ScanRequest): Promise<ScannedPackage | null> {
    const answer = await ask(request);
    // It was ended, and is no fault of the package: nobody is told of it, and nothing tried again.
    if (request.signal?.aborted === true) throw new Problem('package_not_scanned');
    if (answer.kind === 'refused') throw answer.problem;
    const read = answer.kind === 'scanned' ? await accept(request, answer).catch(faultOf) : answer.reason;
    if (typeof read !== 'string') return read;
    options.onLost?.({ organisationId: request.organisationId, reason: read });
    return null;
  }

  return {
    async scan(request) {
      const { organisationId, archive, key = '' } = request;
      if (archive.length > limits.packageBytes) throw new Problem('package_too_large');
      const own = waiting.get(organisationId) ?? 0;
      if (own >= limits.scansWaiting || waitingBytes + archive.length > limits.scansWaitingBytes)
        throw new Problem('sandbox_busy');
      waiting.set(organisationId, own + 1);
      waitingBytes += archive.length;
      try {
        // Once more: the first one may have met a machine that was short of memory. What is at fault itself fails again.
        const scanned = (await scanOnce(request)) ?? (await scanOnce(request));
        if (scanned === null) throw new Problem('package_not_scanned');
        return scanned;
      } finally {
        progress.delete(key);
        waitingBytes -= archive.length;
        const left = (waiting.get(organisationId) ?? 1) - 1;
        if (left === 0) waiting.delete(organisationId);
        else waiting.set(organisationId, left);
      }
    },
    progressOf: (key) => progress.get(key) ?? null,
    prepare: () => pool.prepare(),
    use: () => pool.use(),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

/**
 * Takes the files, and nothing else that was said about them: manifest, identity and digests are worked out here. That the
 * archive holds these very files is seen when it is loaded: what unpacks to another identity never runs.
 */
async function accept(
  { archive: received }: ScanRequest,
  { message, contents }: Extract<Answer, { kind: 'scanned' }>,
): Promise<ScannedPackage> {
  const files = new Map(message.files.map(({ path }, index) => [path, contents[index] ?? new Uint8Array(0)]));
  const archive = contents[message.files.length] ?? new Uint8Array(0);
  const read = await readFiles(files);
  return {
    package: { format: message.format, archiveDigest: await sha256(archive), ...read },
    archive,
    receivedDigest: await sha256(received),
    scan: message.scan,
    components: message.components,
  };
}

function yieldToOthers(pid: number): void {
  try {
    setPriority(pid, osConstants.priority.PRIORITY_LOW);
  } catch {
    // Another user's, or gone: it is scanned all the same.
  }
}

/** Files that the scan accepted and that are no package: it cannot be believed. A mistake of ours is none of its. */
function faultOf(error: unknown): string {
  if (error instanceof Problem) return `Its files are no package. ${error.message}`;
  throw error;
}
