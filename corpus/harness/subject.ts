// A host in a process of its own, with the canary in its environment, a neighbour that is asked all the while, and one
// snippet at a time beside it. Whatever happens to this process is a result.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost } from '@proofpix/host/host';
import { canaryOf } from './config.ts';
import { rememberIntrinsics } from './intrinsics.ts';
import { beacon, beginNeighbour, neighbourId, watchNeighbour } from './neighbour.ts';
import { openOutside } from './outside.ts';
import type { Outcome } from './snippet.ts';
import { trySnippet } from './try-snippet.ts';
import { watchBytes } from './watch-bytes.ts';

/** What a subject says about one snippet. */
export type Report = { outcome: Outcome; answer: string; detail?: string; ms: number; neighbour: number };
/** From a subject: it is ready (with the times of an undisturbed neighbour), or it has tried a snippet. */
export type FromSubject = { ready: number[] } | { report: Report };
export type ToSubject = { path: string; alone: boolean } | { end: true };

/** While others misbehave, a neighbour answers within this time. */
const promptMilliseconds = 100;
const quietMilliseconds = 500;
const claim = '"escaped":true';

const canary = canaryOf();
const bytes = watchBytes([canary, claim, beacon]);
// Kept as the data folder of a server would be: nothing a plugin does may change a byte in it.
const folder = await mkdtemp(join(tmpdir(), 'corpus-'));
await writeFile(join(folder, 'master.key'), canary);
await writeFile(join(folder, 'photo.jpg'), 'the photo of another organisation');
process.chdir(folder);

const outside = openOutside();
const host = createHost({ capabilities: outside.capabilities, spareRunners: 1 });
await beginNeighbour(host);
if ((bytes.take()[beacon] ?? 0) === 0) throw new Error('The bytes of runners are not seen: the harness is blind.');
const quiet = watchNeighbour(host);
await pause(quietMilliseconds);
const { times } = await quiet.stop();
const intrinsics = rememberIntrinsics();
if (intrinsics.count < 500) throw new Error('Too few built-ins are watched: the harness is blind.');
const filesBefore = await digestOf(folder);

process.on('message', (message: ToSubject) => void receive(message));
say({ ready: times });

async function receive(message: ToSubject): Promise<void> {
  if ('path' in message) {
    if (message.alone) await calm();
    return say({ report: await judge(message.path) });
  }
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  process.disconnect();
}

/** The machine may be busy with other things: waits, but not for ever, until an undisturbed neighbour is prompt again. */
async function calm(): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const watch = watchNeighbour(host);
    await pause(quietMilliseconds);
    if (Math.max(...(await watch.stop()).times) < promptMilliseconds / 2) return;
  }
}

async function judge(path: string): Promise<Report> {
  outside.forget();
  bytes.take();
  const began = performance.now();
  const neighbour = watchNeighbour(host);
  const attempt = await trySnippet({ host, outside, path });
  const watched = await neighbour.stop();
  const seen = bytes.take();
  const slowest = Math.max(...watched.times);
  const changed = intrinsics.changes();
  const told = outside.told.join('\n') + attempt.said;
  const filesNow = await digestOf(folder);

  const wrong: [Outcome, string | null | undefined][] = [
    ['escape', (seen[canary] ?? 0) > 0 || told.includes(canary) ? 'The canary came out.' : null],
    ['escape', (seen[claim] ?? 0) > 0 ? 'It says of itself that it got out.' : null],
    ['pollution', changed.length > 0 ? changed.join('; ') : null],
    ['crash', outside.deaths.includes(neighbourId) ? "The neighbour's runner ended." : watched.crashed],
    ['tamper', watched.tampered ?? (filesNow === filesBefore ? null : 'Files of the server have changed.')],
    ['late', attempt.late.length > 0 ? `Acted after its answer: ${[...new Set(attempt.late)].join(', ')}.` : null],
    ['stall', attempt.stuck],
    ['stall', slowest > promptMilliseconds ? `The neighbour needed ${Math.round(slowest)} ms.` : null],
    ['broken', attempt.unclear],
  ];
  const [outcome, detail] = wrong.find(([, why]) => typeof why === 'string') ?? (['clean', undefined] as const);
  return {
    outcome,
    answer: attempt.answer,
    ...(typeof detail === 'string' ? { detail } : {}),
    ms: Math.round(performance.now() - began),
    neighbour: Math.round(slowest * 10) / 10,
  };
}

async function digestOf(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(directory)).sort()) hash.update(name).update(await readFile(join(directory, name)));
  return hash.digest('hex');
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}

function say(message: FromSubject): void {
  process.send?.(message);
}
