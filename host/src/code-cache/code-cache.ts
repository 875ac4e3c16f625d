import { createHash } from 'node:crypto';
import type { Runner } from '../runner-process.ts';
import { CompileQueue } from './compile-queue.ts';

export type CodeCache = AsyncDisposable & {
  /**
   * The caches that there are for the files of a package, by path. What is missing is made afterwards, for the next time:
   * nobody ever waits for it.
   */
  of(organisationId: string, files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array>;
  /** Settles when nothing is left to be made. */
  readonly settled: Promise<void>;
};

/** A smaller file is compiled as quickly as its cache is read. */
const smallestBytes = 4 * 1024;
/** Of all files of one package together: hashing them is work of the event loop. */
const mostPackageBytes = 8 * 1024 * 1024;
const mostFiles = 200;
const usualKeptBytes = 64 * 1024 * 1024;
const commonJs = /\.(js|cjs)$/;

/**
 * V8's code caches of CommonJS files, in memory, the least used forgotten first. The key is the text itself by its digest:
 * V8 compares no more of it than its length. Organisations share nothing, so that none can tell by the time of a first
 * call what another one has.
 *
 * @param options.start - a process that compiles and nothing else; the flags of V8 must be those of the runners
 */
export function createCodeCache(options: {
  start(signal: AbortSignal): Promise<Runner>;
  keptBytes?: number;
}): CodeCache {
  const keptBytes = options.keptBytes ?? usualKeptBytes;
  // In the order of their last use. Without bytes: there can be none for this text.
  const kept = new Map<string, Uint8Array>();
  let size = 0;
  const queue = new CompileQueue(options.start, keep);

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
    of(organisationId, files) {
      const found = new Map<string, Uint8Array>();
      for (const [path, bytes] of worthCompiling(files)) {
        const key = `${organisationId}/${createHash('sha256').update(bytes).digest('base64')}`;
        const cache = kept.get(key);
        if (cache === undefined) {
          queue.add(key, path, bytes);
          continue;
        }
        kept.delete(key);
        kept.set(key, cache);
        if (cache.length > 0) found.set(path, cache);
      }
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
