import { existsSync } from 'node:fs';
import { choosePlugins } from '@proofpix/cli/run/choose-plugins';
import { findPhotos, type FoundPhoto } from '@proofpix/cli/run/find-photos';
import { openLocalHost, type LocalHost } from '@proofpix/cli/run/local-host';
import { runMany } from '@proofpix/cli/run/run-many';
import { startExiftool, type Exiftool } from './exiftool.ts';
import { interleave, median } from './measure.ts';

// A process of its own: the processors it is tied to are those of everything that it starts.

export type PhotoRounds = { ours: number; rival?: number; ratio?: number; exiftool: string | null; photos: number };

const rounds = 7;
/** Enough photos that a round takes about a second. */
const photosPerRound = 136;

const [folder, workers] = [process.argv[2] ?? '', Number(process.argv[3])];
if (!existsSync(folder)) throw new Error(`${folder} does not exist.`);

const { photos } = await findPhotos([folder]);
const some = Array.from({ length: photosPerRound }, (_, index) => photos[index % photos.length]).filter(
  (photo) => photo !== undefined,
);
const { plugins, key } = await choosePlugins({ plugin: ['exif-reader'], bundled: false, config: [] });
await using opened = new AsyncDisposableStack();
const local = opened.use(openLocalHost(plugins, { lanes: workers, say: () => undefined }));
const rivals: Exiftool[] = [];
for (let count = 0; count < workers; count += 1) {
  const rival = startExiftool();
  if (rival !== null) rivals.push(opened.use(rival));
}

const ours = () => rate(() => runAll(local, some));
const theirs = () => rate(() => readAll(rivals, some));
// Both have their code warm: a folder of thousands of photos is what this is about.
await ours();
let measured: { ours: number; rival?: number; ratio?: number };
if (rivals.length === workers) {
  await theirs();
  measured = await interleave(rounds, ours, theirs);
} else {
  const alone: number[] = [];
  for (let round = 0; round < rounds; round += 1) alone.push(await ours());
  measured = { ours: median(alone) };
}
const said: PhotoRounds = { ...measured, exiftool: rivals[0]?.version ?? null, photos: photos.length };
console.log(JSON.stringify(said));

/** Photos a second. */
async function rate(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (some.length / (performance.now() - began)) * 1_000;
}

/** The way of `proofpix run`: opened, hashed, read in the sandbox, checked and merged into a run. */
async function runAll(host: LocalHost, all: readonly FoundPhoto[]): Promise<void> {
  let read = 0;
  await runMany({
    photos: all,
    local: host,
    key,
    results: null,
    state: null,
    signal: new AbortController().signal,
    say: () => undefined,
    onOutcome: (outcome) => {
      if (outcome.kind === 'done' && outcome.run.failedSteps === 0 && Object.keys(outcome.run.metadata).length > 0)
        read += 1;
    },
  });
  if (read !== all.length) throw new Error(`${all.length - read} photos were not read.`);
}

async function readAll(exiftools: readonly Exiftool[], all: readonly FoundPhoto[]): Promise<void> {
  const queue = all.values();
  await Promise.all(
    exiftools.map(async (exiftool) => {
      for (const { path } of queue) if ((await exiftool.read(path)) === 0) throw new Error(`${path} was not read.`);
    }),
  );
}
