import { parseArgs } from 'node:util';

const usage = 'Usage: npm run soak -- runner --minutes N';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string' } } });
const minutes = Number(values.minutes ?? '1');

if (positionals.length !== 1 || positionals[0] !== 'runner' || !(minutes > 0 && minutes <= 24 * 60)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const { soakRunner } = await import('./runner.ts');
  const summary = await soakRunner({ minutes, tell: (line) => console.error(line) });
  console.log(JSON.stringify(summary, null, 2));
  process.exitCode = summary.failed.length === 0 ? 0 : 1;
}
