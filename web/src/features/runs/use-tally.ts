import type { RunSummary } from '@proofpix/contract/runs';
import { useEffect, useRef, useState } from 'react';
import type { Upload } from './upload-queue.ts';

const none: ReadonlySet<string> = new Set();

/** How far all of them are: counted from when the list was last empty, so that the line never runs backwards. */
export function useTally(runs: readonly RunSummary[], sending: readonly Upload[]) {
  const [seen, setSeen] = useState<ReadonlySet<string>>(none);
  const idle = runs.length + sending.length === 0;
  const now = idle
    ? none
    : runs.every(({ id }) => seen.has(id))
      ? seen
      : new Set([...seen, ...runs.map(({ id }) => id)]);
  if (now !== seen) setSeen(now);
  const done = now.size - runs.length;
  const all = now.size + sending.length;
  // Half of a photo's way is getting here, half is what plugins do.
  const partly =
    runs.reduce((sum, run) => sum + 0.5 + (run.stepsTotal === 0 ? 0 : (0.5 * run.stepsDone) / run.stepsTotal), 0) +
    sending.reduce((sum, upload) => sum + 0.5 * upload.sent, 0);
  const rest = useRest(done, all, all === 0 ? 0 : (done + partly) / all);
  return { done, all, share: all === 0 ? 0 : (done + partly) / all, rest };
}

/** Too little is known before that to say anything. */
const fewDone = 3;

/** Seconds until all is done, if it goes on as it went since the list was last empty; told in steps that do not jump. */
function useRest(done: number, all: number, share: number): number | null {
  const begin = useRef<number | null>(null);
  const [rest, setRest] = useState<number | null>(null);
  useEffect(() => {
    if (all === 0) begin.current = null;
    else begin.current ??= Date.now();
    setRest(begin.current === null || done < fewDone ? null : restOf(Date.now() - begin.current, share));
  }, [done, all, share]);
  return rest;
}

function restOf(milliseconds: number, share: number): number | null {
  if (share <= 0 || share >= 1) return null;
  const seconds = (milliseconds / 1000 / share) * (1 - share);
  const step = seconds < 60 ? 5 : seconds < 600 ? 30 : 300;
  return Math.max(step, Math.round(seconds / step) * step);
}
