import { watch } from 'node:fs';

/** An editor writes a file in several steps, and a checkout many files at once. */
const quietMilliseconds = 150;
const ignored = /(^|[\\/])(node_modules|dist|\.[^\\/]*)([\\/]|$)|\.(zip|tgz|tar\.gz|part)$|~$/;

/** Calls back when something in the folder changed and then was quiet for a moment. */
export function watchFolder(folder: string, onChange: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true }, (_, name) => {
    if (name !== null && ignored.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, quietMilliseconds);
  });
  // A folder that was deleted while it was open.
  watcher.on('error', () => undefined);
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
