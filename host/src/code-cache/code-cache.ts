import { createHash } from 'node:crypto';
import type { Runner } from '../runner-process.ts';
import { CompileQueue, type Task } from './compile-queue.ts';

/** Whose caches they are. Nobody else ever gets them. */
export type PackageOwner = { readonly organisationId: string; readonly digest: string };

export type CodeCache = AsyncDisposable & {
  /**
   * The caches that there are for the files of a package, by path. What is missing is made afterwards, for the next time:
   * nobody ever waits for it.
   */
  of(owner: PackageOwner, files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array>;
  /** Settles when nothing is left to be made. */
  readonly settled: Promise<void>;
};

/** A smaller file is compiled as quickly as its cache is read. */
const smallestBytes = 4 * 1024;
/** Of all files of one package together: hashing them is work of the event loop. */
const mostPackageBytes = 8 * 1024 * 1024;
const mostFiles = 200;
const usualKeptBytes = 64 * 1024 * 1024;
/** The call that a package was loaded for has the processor for itself first, and so have the other plugins of its photo. */
const usualDelayMilliseconds = 2_000;
const commonJs = /\.(js|cjs)$/;

/**
 * V8's code caches of CommonJS files, in memory, the least used forgotten first. The key is the text itself by its digest:
 * V8 compares no more of it than its length.
 *
 * V8 believes what stands in a cache, so one is only as good as the process that made it, which parses what strangers wrote.
 * A package whose text breaks V8's parser could own that process: it gets one of its own, and what comes out of it reaches
 * that package of that organisation alone, not even the same file in another one. Nor can anybody tell by the time of a
 * first call what others have.
 *
 * @param options.start - a process that compiles and nothing else; the flags of V8 must be those of the runners
 * @param options.delayMilliseconds - how long the first of them waits after it was asked for
 */
export function createCodeCache(options: {
  start(signal: AbortSignal): Promise<Runner>;
  keptBytes?: number;
  delayMilliseconds?: number;
}): CodeCache {
  const keptBytes = options.keptBytes ?? usualKeptBytes;
  // In the order of their last use. Without bytes: there can be none for this text.
  const kept = new Map<string, Uint8Array>();
  let size = 0;
  const queue = new CompileQueue(options.start, keep, options.delayMilliseconds ?? usualDelayMilliseconds);

  function keep(key: string, cache: Uint8Array): void {
    forget(key);
    // The key takes memory too, and an attacker can send many texts that have no cache.
    kept.set(key, cache);
    size += weightOf(cache);
    for (const oldest of kept.keys()) {
      if (size <= keptBytes) break;
      forget(oldest);
    }
  }

  function forget(key: string): void {
    const cache = kept.get(key);
    if (cache === undefined) return;
    kept.delete(key);
    size -= weightOf(cache);
  }

  return {
    of({ organisationId, digest }, files) {
      const found = new Map<string, Uint8Array>();
      const missing: Task[] = [];
      for (const [path, bytes] of worthCompiling(files)) {
        const key = `${organisationId}/${digest}/${createHash('sha256').update(bytes).digest('base64')}`;
        const cache = kept.get(key);
        if (cache === undefined) {
          missing.push({ key, path, bytes });
          continue;
        }
        kept.delete(key);
        kept.set(key, cache);
        if (cache.length > 0) found.set(path, cache);
      }
      if (missing.length > 0) queue.add(organisationId, missing);
      return found;
    },
    get settled() {
      return queue.settled;
    },
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  };
}

function weightOf(cache: Uint8Array): number {
  return cache.length + 256;
}

function* worthCompiling(files: ReadonlyMap<string, Uint8Array>): Generator<[string, Uint8Array]> {
  let bytes = 0;
  let count = 0;
  for (const file of files) {
    if (!commonJs.test(file[0]) || file[1].length < smallestBytes) continue;
    bytes += file[1].length;
    count += 1;
    if (bytes > mostPackageBytes || count > mostFiles) return;
    yield file;
  }
}
