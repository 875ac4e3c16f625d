import { isShown } from './photo-types.ts';

/**
 * Small pictures for lists. The server decodes no photo, so the browser makes them from the photo itself: only for what
 * is in sight, two at a time, and each once for as long as the page lives. Knows nothing of React.
 */
const widest = 160;
/** Above this a list would cost more than it tells. */
const mostBytes = 16 * 1024 * 1024;
const mostKept = 300;
const atOnce = 2;

export type ThumbnailSource = { key: string; type: string; size: number; read: (signal: AbortSignal) => Promise<Blob> };

type Job = { source: ThumbnailSource; done: (url: string | null) => void; abort: AbortController };

const kept = new Map<string, string>();
const waiting: Job[] = [];
let working = 0;

export function keptThumbnail(key: string): string | undefined {
  return kept.get(key);
}

/** Calls back with a picture's address, or with null where the browser has none. The answer takes the wish back. */
export function wantThumbnail(source: ThumbnailSource, done: (url: string | null) => void): () => void {
  const known = kept.get(source.key);
  if (known !== undefined || source.size > mostBytes || !isShown(source.type)) {
    done(known ?? null);
    return () => {};
  }
  const job: Job = { source, done, abort: new AbortController() };
  waiting.push(job);
  next();
  return () => {
    const index = waiting.indexOf(job);
    if (index !== -1) waiting.splice(index, 1);
    job.abort.abort();
  };
}

function next(): void {
  while (working < atOnce) {
    // What came into sight last is what somebody looks at.
    const job = waiting.pop();
    if (job === undefined) return;
    working += 1;
    void make(job).finally(() => {
      working -= 1;
      next();
    });
  }
}

async function make({ source, done, abort }: Job): Promise<void> {
  try {
    const url = kept.get(source.key) ?? (await drawn(await source.read(abort.signal)));
    keep(source.key, url);
    if (!abort.signal.aborted) done(url);
  } catch {
    // Damaged, of a kind this browser does not know, or scrolled out of sight: the letters of its kind stay.
    if (!abort.signal.aborted) done(null);
  }
}

async function drawn(photo: Blob): Promise<string> {
  const picture = await createImageBitmap(photo, { resizeWidth: widest, resizeQuality: 'medium' });
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  // A panorama on end would be as tall as it likes.
  canvas.height = Math.min(picture.height, widest * 2);
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  picture.close();
  const small = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', 0.8));
  if (small === null) throw new Error('The canvas gave no picture.');
  return URL.createObjectURL(small);
}

function keep(key: string, url: string): void {
  kept.delete(key);
  kept.set(key, url);
  const [oldest] = kept;
  if (kept.size <= mostKept || oldest === undefined) return;
  kept.delete(oldest[0]);
  URL.revokeObjectURL(oldest[1]);
}
