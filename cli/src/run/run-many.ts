import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Problem } from '@proofpix/contract/errors';
import type { Run } from '@proofpix/contract/runs';
import { collectDerivedFiles, openLocalPhoto } from '../local-photo.ts';
import type { FoundPhoto } from './find-photos.ts';
import type { LocalHost } from './local-host.ts';
import type { ResultsFolder } from './results-folder.ts';
import { runOne } from './run-one.ts';
import type { RunState, StateEntry } from './run-state.ts';

/** What became of one photo. */
export type PhotoOutcome =
  | { kind: 'done'; photo: FoundPhoto; run: Run }
  | { kind: 'unreadable'; photo: FoundPhoto; problem: string };

export type RunMany = {
  photos: readonly FoundPhoto[];
  local: LocalHost;
  key: string;
  results: ResultsFolder | null;
  state: RunState | null;
  signal: AbortSignal;
  say: (line: string) => void;
  onOutcome: (outcome: PhotoOutcome) => void;
};

/** Takes all photos through the plugins, a lane each; gives how many were finished before and are left out. */
export async function runMany(options: RunMany): Promise<void> {
  const queue = options.photos.values();
  const work = async (organisationId: string): Promise<void> => {
    // One iterator for all lanes: each photo is taken once.
    for (const photo of queue) {
      if (options.signal.aborted) return;
      await takeOne(options, organisationId, photo);
    }
  };
  const lanes = await Promise.allSettled(options.local.lanes.map(work));
  for (const lane of lanes) if (lane.status === 'rejected' && !options.signal.aborted) throw lane.reason;
}

async function takeOne(options: RunMany, organisationId: string, found: FoundPhoto): Promise<void> {
  const { local, key, results, state, signal, say, onOutcome } = options;
  let opened;
  try {
    opened = await openLocalPhoto(found.path, randomUUID());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return onOutcome({ kind: 'unreadable', photo: found, problem: error.message });
  }
  await using photo = opened;
  const place = await results?.begin();
  try {
    const derivedFiles = (pluginId: string) =>
      collectDerivedFiles(async (name, bytes) => place?.keep(pluginId, name, bytes));
    const run = await runOne({ host: local.host, organisationId, photo, derivedFiles, say, signal });
    await place?.finish(found.name, run);
    onOutcome({ kind: 'done', photo: found, run });
    // Last: whoever is killed before this line does the photo again, and never misses it.
    const { size, sha256 } = photo.file;
    if (run.failedSteps === 0) await state?.add({ photo: found.name, size, mtimeMs: found.mtimeMs, sha256, key });
  } catch (error) {
    await place?.discard();
    throw error;
  }
}

/** The photos that are still to be done, and those whose results are there. */
export async function splitFinished(
  photos: readonly FoundPhoto[],
  known: { state: RunState | null; results: ResultsFolder | null; key: string },
): Promise<{ waiting: FoundPhoto[]; finished: FoundPhoto[] }> {
  const waiting: FoundPhoto[] = [];
  const finished: FoundPhoto[] = [];
  for (const photo of photos) {
    const entry = known.state?.finished.get(photo.name);
    const isSame = entry !== undefined && entry.key === known.key && (await isUnchanged(photo, entry));
    const isThere = isSame && (known.results === null || (await known.results.has(photo.name)));
    (isThere ? finished : waiting).push(photo);
  }
  return { waiting, finished };
}

/** By size and time as the file system tells them; where the time is another, by its content. */
async function isUnchanged(photo: FoundPhoto, entry: StateEntry): Promise<boolean> {
  if (photo.size !== entry.size) return false;
  if (photo.mtimeMs === entry.mtimeMs) return true;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(photo.path)) hash.update(chunk as Buffer); // no encoding: chunks are buffers
  return hash.digest('hex') === entry.sha256;
}
