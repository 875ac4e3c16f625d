import { useSyncExternalStore } from 'react';

/**
 * Acts that can be taken back: what they concern is hidden at once, and done a little later. Lives outside of the pages,
 * so that looking at another one does not take the act back. If the page is closed first, it is done then; if that
 * fails, nothing was lost, and what was hidden is there again.
 */
type Act = { timer: ReturnType<typeof setTimeout>; run: () => Promise<unknown> };

/** Longer than the toast that offers to take it back. */
const milliseconds = 7_000;

const acts = new Map<string, Act>();
let hidden: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function show(next: ReadonlySet<string>) {
  hidden = next;
  for (const listener of listeners) listener();
}

/** Answers how to take it back. `onFailed` gets what the server said. */
export function actLater(id: string, run: () => Promise<unknown>, onFailed: (error: unknown) => void): () => void {
  const act: Act = { run, timer: setTimeout(() => void doNow(id, onFailed), milliseconds) };
  acts.set(id, act);
  show(new Set([...hidden, id]));
  return () => {
    if (acts.get(id) !== act) return;
    clearTimeout(act.timer);
    acts.delete(id);
    reveal(id);
  };
}

async function doNow(id: string, onFailed: (error: unknown) => void): Promise<void> {
  const act = acts.get(id);
  if (act === undefined) return;
  acts.delete(id);
  clearTimeout(act.timer);
  try {
    await act.run();
  } catch (error) {
    onFailed(error);
  }
  reveal(id);
}

function reveal(id: string) {
  show(new Set([...hidden].filter((each) => each !== id)));
}

/** What is about to go, by id. */
export function useHidden(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => hidden,
  );
}

addEventListener('pagehide', () => {
  for (const id of acts.keys()) void doNow(id, () => {});
});
