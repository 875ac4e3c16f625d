import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Row = {
  file: string;
  expected?: Record<string, string | number>;
  derived?: { from: string; manipulation: string };
};

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/photos');

/** The folder of real photos, beside the project; null where it is not there. */
export const realPhotosFolder = existsSync(join(folder, 'photos.json')) ? folder : null;

/** Real photos with what exiftool reads in them; none where the folder is not there. */
export const realPhotos: readonly Row[] =
  realPhotosFolder === null
    ? []
    : (JSON.parse(readFileSync(join(folder, 'photos.json'), 'utf8')) as { files: Row[] }).files; // our own test data

export function readRealPhoto(file: string): Uint8Array {
  return readFileSync(join(folder, file));
}
