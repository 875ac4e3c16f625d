import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makePhoto } from '@proofpix/samples/make-photo';
import { sampleExif } from '@proofpix/samples/sample-photo';
import { row, type Row } from './measure.ts';
import type { PhotoRounds } from './photo-rounds.ts';

const here = dirname(fileURLToPath(import.meta.url));
const realPhotos = join(here, '../../shared/photos');
const start = promisify(execFile);

/**
 * Photos a second of the plugin exif-reader, the way `proofpix run` takes them (hashed, in the sandbox, merged), beside
 * exiftool kept open with JSON and plain numbers, on the same files in the same order.
 */
export async function measure(): Promise<Row[]> {
  const drawn = existsSync(realPhotos) ? null : await drawPhotos();
  try {
    const photos = drawn ?? realPhotos;
    const one = await rounds(photos, 1, await canTie());
    const two = await rounds(photos, 2, false);
    const scaling = (two.ours / one.ours).toFixed(2);
    return [
      row('photos_one_core', nameOf(one, `tied to one core`), one, '≥ 2×'),
      row('photos_two_cores', nameOf(two, `two workers, ${scaling}× one core`), two, 'near-linear'),
    ];
  } finally {
    if (drawn !== null) await rm(drawn, { recursive: true, force: true });
  }
}

function nameOf({ exiftool, photos }: PhotoRounds, how: string): string {
  const rival = exiftool === null ? 'exiftool is not installed here' : `against exiftool ${exiftool} -stay_open`;
  return `photos a second, ${how}, ${photos} different ones, ${rival}`;
}

async function rounds(photos: string, workers: number, tied: boolean): Promise<PhotoRounds> {
  const command = [process.execPath, join(here, 'photo-rounds.ts'), photos, String(workers)];
  const [program = '', ...args] = tied ? ['taskset', '-c', '0', ...command] : command;
  const { stdout } = await start(program, args);
  return JSON.parse(stdout) as PhotoRounds; // written by photo-rounds.ts
}

/** Where a process cannot be tied to a processor, one worker stands for it: host and runner then share the work. */
async function canTie(): Promise<boolean> {
  return start('taskset', ['-c', '0', 'true']).then(
    () => true,
    () => false,
  );
}

async function drawPhotos(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'proofpix-bench-photos-'));
  for (const [index, format] of (['jpeg', 'png', 'webp', 'tiff'] as const).entries())
    for (let seed = 1; seed <= 8; seed += 1) {
      const photo = makePhoto({ format, exif: { ...sampleExif }, width: 960, height: 640, seed: seed + index * 8 });
      await writeFile(join(folder, `${format}-${seed}.${format}`), photo);
    }
  return folder;
}
