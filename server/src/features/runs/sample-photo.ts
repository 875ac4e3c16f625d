import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

let drawn: Promise<Uint8Array> | undefined;

/** The photo of the "Try a sample" button. Drawn by a thread when it is first asked for; the same bytes each time. */
export function samplePhoto(): Promise<Uint8Array> {
  drawn ??= draw().catch((error: unknown) => {
    drawn = undefined;
    throw error;
  });
  return drawn;
}

async function draw(): Promise<Uint8Array> {
  const thread = new Worker(new URL('./draw-sample.ts', import.meta.url));
  try {
    const [bytes] = (await once(thread, 'message')) as [Uint8Array]; // draw-sample.ts sends nothing else
    return bytes;
  } finally {
    await thread.terminate();
  }
}
