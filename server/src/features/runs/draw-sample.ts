// Runs in a thread of its own: drawing takes a second, in which the server could answer nobody.
import { parentPort } from 'node:worker_threads';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(makeSamplePhoto());
