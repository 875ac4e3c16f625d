import { readFileSync } from 'node:fs';
import { minimise } from './minimise.ts';
import { createRandom } from './random.ts';
import type { Target } from './target.ts';
import type { Answer, Order } from './worker-process.ts';

const root = new URL('../', import.meta.url).href;

/** Obeys the parent until it ends the process. A rejection that nobody waits for ends it too, as it would end a server. */
export function serve(target: Target): void {
  process.on('message', (order: Order) => void obey(target, order)); // only our own parent is at the other end
  answer({ ready: true });
}

async function obey(target: Target, order: Order): Promise<void> {
  if ('input' in order) {
    const ended = await fault(target, order.input);
    await new Promise(setImmediate);
    return answer({ index: -1, ...ended });
  }
  if ('shrink' in order) {
    const fails = async (smaller: Uint8Array) => {
      answer({ busy: true });
      return (await fault(target, smaller)).fault !== undefined;
    };
    return answer({ index: -1, peakBytes: 0, smallest: await minimise(order.shrink, fails, order.most) });
  }
  for (let index = order.from; index < order.to; index += 1) {
    const ended = await fault(target, target.make(createRandom(order.seed, index)));
    // What a case left behind fails here, while it is still known which case it was.
    await new Promise(setImmediate);
    answer({ index, ...ended });
  }
}

async function fault(target: Target, input: Uint8Array): Promise<{ fault?: string; peakBytes: number }> {
  try {
    await target.check(input);
    return { peakBytes: peakBytes() };
  } catch (error) {
    const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // What is found becomes a seed that is kept: it names files of the project, and no folder of this machine.
    return { fault: shown.replaceAll(root, '').slice(0, 2_000), peakBytes: peakBytes() };
  }
}

/** Of this process alone: on Linux `maxRSS` begins with what the parent held when it started us. */
function peakBytes(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

function answer(message: Answer): void {
  process.send?.(message);
}
