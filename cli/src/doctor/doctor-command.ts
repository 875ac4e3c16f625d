import { endWith } from '../exit-codes.ts';
import { printable, printableJson } from '../printable.ts';
import { paintFor } from '../terminal.ts';
import { checks, said, type Diagnosis } from './checks.ts';

type Line = { check: string } & Diagnosis;

/** Tries everything that ProofPix needs on this machine, and says what is missing and how to get it. */
export async function doctor(options: { json: boolean }): Promise<void> {
  const paint = paintFor(process.stdout);
  const marks = { ok: paint.good('ok  '), warn: paint.warning('warn'), fail: paint.bad('fail') };
  const lines: Line[] = [];
  for (const [check, look] of Object.entries(checks)) {
    for (const diagnosis of await look().catch((error: unknown): Diagnosis[] => [
      { state: 'fail', detail: said(error) },
    ])) {
      lines.push({ check, ...diagnosis });
      if (options.json) continue;
      console.log(`${marks[diagnosis.state]} ${check}: ${printable(diagnosis.detail)}`);
      if (diagnosis.remedy !== undefined) console.log(`       ${paint.quiet(printable(diagnosis.remedy))}`);
    }
  }
  const failed = lines.filter(({ state }) => state === 'fail').length;
  if (failed > 0) endWith('found');
  if (options.json) console.log(printableJson({ ok: failed === 0, checks: lines }, 2));
  else console.log(failed === 0 ? 'ProofPix works here.' : `${failed} of ${lines.length} failed.`);
}
