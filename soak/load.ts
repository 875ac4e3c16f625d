import type { Installation } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import { Sample } from './figures.ts';
import { photo, type Task } from './plugins.ts';

/** What came of the calls of one phase. */
export type Phase = {
  /** Milliseconds of small calls to plugins that were awake. */
  small: Sample;
  others: Sample;
  /** Milliseconds of calls that had to start a runner first. */
  returns: Sample;
  errors: { [code: string]: number };
};

export function newPhase(): Phase {
  return { small: new Sample(), others: new Sample(), returns: new Sample(), errors: {} };
}

export type Load = {
  phase: Phase;
  /** How the hostile were answered, by code. */
  hostile: { [code: string]: number };
  stop(): Promise<void>;
};

const busyPause = 10;
const awakeSeconds = 8;
const returnPause = 1_000;
const hostilePause = 50;
const tasks: Task[] = ['small', 'small', 'range', 'small', 'small', 'storage', 'small', 'small', 'work', 'small'];

/**
 * Keeps a host at work: `busy` installations are called all the time, `awake` ones now and then, and of `asleep` ones
 * another one each second. Where an answer is not right, it counts as an error.
 */
export function startLoad(
  host: Host,
  who: { busy: readonly Installation[]; awake: readonly Installation[]; asleep: readonly Installation[] },
): Load & { startHostile(installations: readonly Installation[]): void } {
  const stopping = new AbortController();
  const going = new Set<Promise<void>>();
  const load = { phase: newPhase(), hostile: {} as { [code: string]: number } };

  async function call(installation: Installation, task: Task, into: (phase: Phase) => Sample): Promise<void> {
    const { phase } = load;
    const began = performance.now();
    const input = { file: photo.file, metadata: {}, options: { task } };
    const entry = await host
      .call({ installationId: installation.id, hook: 'file:process', input, photo })
      .catch((error: unknown) => ({ ok: false as const, error: { code: `thrown: ${String(error)}` } }));
    into(phase).add(performance.now() - began);
    if (!entry.ok) phase.errors[entry.error?.code ?? '?'] = (phase.errors[entry.error?.code ?? '?'] ?? 0) + 1;
  }

  /** Again and again until the end. */
  function keep(work: (turn: number) => Promise<void>): void {
    const loop = (async () => {
      for (let turn = 0; !stopping.signal.aborted; turn += 1) await work(turn);
    })();
    going.add(loop);
  }

  who.busy.forEach((installation, index) =>
    keep(async (turn) => {
      const task = tasks[(turn + index) % tasks.length] ?? 'small';
      await call(installation, task, (phase) => (task === 'small' ? phase.small : phase.others));
      await pause(busyPause * (0.5 + Math.random()));
    }),
  );
  who.awake.forEach((installation) =>
    keep(async () => {
      await pause(awakeSeconds * 1_000 * (0.5 + Math.random()), stopping.signal);
      if (!stopping.signal.aborted) await call(installation, 'small', (phase) => phase.others);
    }),
  );
  keep(async (turn) => {
    const installation = who.asleep[turn % who.asleep.length];
    if (installation !== undefined) await call(installation, 'storage', (phase) => phase.returns);
    await pause(returnPause, stopping.signal);
  });

  return Object.assign(load, {
    startHostile(installations: readonly Installation[]) {
      for (const installation of installations)
        keep(async () => {
          const input = { file: photo.file, metadata: {}, options: {} };
          const entry = await host
            .call({ installationId: installation.id, hook: 'file:process', input, photo })
            .catch(() => null);
          const code = entry === null ? 'refused' : entry.ok ? 'ok' : (entry.error?.code ?? '?');
          load.hostile[code] = (load.hostile[code] ?? 0) + 1;
          await pause(hostilePause, stopping.signal);
        });
    },
    async stop() {
      stopping.abort();
      await Promise.all(going);
    },
  });
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}
