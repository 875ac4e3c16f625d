import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzz } from './run.ts';
import { isTargetName, targets } from './targets.ts';

const usage = `Usage: npm run fuzz -- ${Object.keys(targets).join('|')} --minutes N [--seed S]`;
const found = fileURLToPath(new URL('found', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
});
const [target] = positionals;
const minutes = Number(values.minutes);
// A new one each time, printed: what is found can be had again by it.
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));

// 2, not 1: what could not be tried has found nothing.
if (
  positionals.length !== 1 ||
  !isTargetName(target) ||
  !(minutes > 0 && minutes <= 24 * 60) ||
  !Number.isInteger(seed)
) {
  console.error(usage);
  process.exitCode = 2;
} else {
  console.log(`fuzzing ${target} for ${minutes} minutes with seed ${seed}`);
  const counts = await fuzz({ target, seed, milliseconds: minutes * 60_000, found, tell: console.log });
  console.log(`${counts.cases} cases, ${counts.crash} crashes, ${counts.hang} hangs, ${counts.memory} over memory`);
  process.exitCode = counts.crash + counts.hang + counts.memory === 0 ? 0 : 1;
}
