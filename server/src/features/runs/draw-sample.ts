// Runs in a thread of its own: drawing takes a second, in which the server could answer nobody.
import { parentPort } from 'node:worker_threads';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';

parentPort?.postMessage(makeSamplePhoto());
