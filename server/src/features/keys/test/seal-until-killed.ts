/** Seals again as a server does, and stands still after the first batch until its parent ends it. */
import { writeSync } from 'node:fs';
import { readConfig, readEnvironment } from '../../../config.ts';
import { createLog } from '../../../log.ts';
import { openData } from '../../../open-data.ts';
import { sealAgain } from '../seal-again.ts';

const log = createLog('info', {
  write(line: string) {
    writeSync(1, line);
    if (line.includes('"sealed again"')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
const { db, keys } = await openData(readConfig(readEnvironment()));
await sealAgain({ db, keys, log }, new AbortController().signal);
