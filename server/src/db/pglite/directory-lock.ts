import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OperatorError } from '../../operator-error.ts';

/**
 * One server a data folder. PGlite has no lock of its own, and the commits of a second opener vanish silently.
 *
 * The operating system holds the lock, through SQLite's: it ends with the process, however that ends. So there is no
 * stale lock to judge, no pid that was given to another process in the meantime, and it works between containers, which
 * do not see each other's pids. The pid in the file beside is only for the sentence.
 * Nothing else in this process may open the lock file: POSIX drops a lock when any descriptor of its file is closed.
 * @throws OperatorError when another server has the folder, or it cannot be written
 */
export async function lockDirectory(folder: string): Promise<Disposable> {
  const holderFile = join(folder, 'server.pid');
  let lock: DatabaseSync;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(join(folder, 'server.lock'));
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
  try {
    lock.exec('begin exclusive');
    writeFileSync(holderFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    lock.close();
    const locked = cause instanceof Error && 'errcode' in cause && cause.errcode === 5; // SQLITE_BUSY
    if (!locked) throw cannotWrite(folder, cause);
    const pid = holder(holderFile);
    throw new OperatorError(
      `Another ProofPix server${pid === undefined ? '' : ` (process ${pid})`} is using the data folder ${folder}: stop it, or set DATA_DIR to another folder.`,
      { cause },
    );
  }
  return {
    [Symbol.dispose]() {
      rmSync(holderFile, { force: true });
      lock.close();
    },
  };
}

function cannotWrite(folder: string, cause: unknown): OperatorError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OperatorError(
    `The data folder ${folder} cannot be used: ${reason}. Set DATA_DIR to a folder that can be written.`,
    { cause },
  );
}

function holder(file: string): string | undefined {
  try {
    return /^\d+/.exec(readFileSync(file, 'utf8'))?.[0];
  } catch {
    return undefined; // not written yet
  }
}
