import type { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { frameTypes, type Frame, type ScanBody } from '@proofpix/contract/wire';
import type { Runner } from '@proofpix/host/runner-process';
import { Watchdog } from '@proofpix/host/watchdog';
import { AnswerFault, readProgress, readRefusal, readScanned } from './check-answer.ts';
import { createCollector, type Collector } from './collect-bytes.ts';
import type { Progress, ScannedMessage } from './messages.ts';

/** `lost`: there is no answer that could be believed. Never the same as clean. */
export type Answer =
  | { kind: 'scanned'; message: ScannedMessage; contents: readonly Uint8Array[] }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'lost'; reason: string };

/** What one scan may use. */
export type ScanBounds = { memoryBytes: number; cpuMilliseconds: number; milliseconds: number };

const theScan = 1;
/** Ten a second are told, for as long as a scan may take. */
const mostTold = 2_000;

/** Has one package scanned by a fresh process, which is gone or about to be when this settles. */
export function askScanner(
  scanner: Runner,
  asked: {
    archive: Uint8Array;
    fileName?: string;
    bounds: ScanBounds;
    onProgress: (progress: Progress) => void;
    signal?: AbortSignal;
  },
): Promise<Answer> {
  const { bounds, signal } = asked;
  return new Promise((resolve) => {
    let message: ScannedMessage | null = null;
    let collector: Collector | null = null;
    let told = 0;
    const call = { cpuMilliseconds: 0, cpuLimit: bounds.cpuMilliseconds };
    const watchdog = new Watchdog({
      pid: scanner.pid,
      memoryBytes: bounds.memoryBytes,
      calls: () => [call],
      isNeeded: () => true,
      onBreach: ({ violation }) => lose(violation.detail),
    });
    const timer = setTimeout(() => lose('It took too long.'), bounds.milliseconds);
    watchdog.watch();
    scanner.listener = {
      frame(frame) {
        try {
          receive(frame);
        } catch (error) {
          lose(error instanceof AnswerFault ? error.message : `Its answer could not be read: ${String(error)}`);
        }
      },
      broken: lose,
      ended: ({ code, signal, output }) => lose(`It ended (${signal ?? `code ${code}`}). ${output}`),
      drained: () => {},
    };
    const body: ScanBody = asked.fileName === undefined ? {} : { fileName: asked.fileName };
    if (signal?.aborted === true) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    scanner.send(frameTypes.scan, theScan, JSON.stringify(body), asked.archive);

    function receive(frame: Frame): void {
      if (frame.id !== theScan) throw new AnswerFault('It answered what nobody asked.');
      if (frame.type === frameTypes.part && message !== null && collector !== null) {
        if (collector.add(frame.bytes)) settle({ kind: 'scanned', message, contents: collector.contents });
      } else if (message !== null) {
        throw new AnswerFault('It answered twice.');
      } else if (frame.type === frameTypes.progress) {
        const progress = readProgress(frame.json);
        told += 1;
        if (told > mostTold) throw new AnswerFault('It tells its progress without end.');
        asked.onProgress(progress);
      } else if (frame.type === frameTypes.refused) {
        settle({ kind: 'refused', problem: readRefusal(frame.json) });
      } else if (frame.type === frameTypes.scanned) {
        message = readScanned(frame.json);
        collector = createCollector([...message.files.map(({ size }) => size), message.archiveSize]);
      } else {
        throw new AnswerFault(`It sent a frame of type ${frame.type}.`);
      }
    }

    function stop(): void {
      lose('Nobody waits for it any more.');
    }

    function lose(reason: string): void {
      settle({ kind: 'lost', reason });
    }

    function settle(answer: Answer): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      watchdog.close();
      scanner.listener = null;
      scanner.kill();
      resolve(answer);
    }
  });
}

export const usualBounds: ScanBounds = {
  memoryBytes: limits.scanMemoryBytes,
  cpuMilliseconds: limits.scanCpuMilliseconds,
  milliseconds: limits.scanMilliseconds,
};
