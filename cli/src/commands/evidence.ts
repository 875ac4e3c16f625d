import { Command } from 'commander';
import type { EvidenceOptions } from '../evidence/evidence-command.ts';
import { exitHelp } from '../exit-codes.ts';

export function evidenceCommand(): Command {
  return new Command('evidence')
    .description('Fetch the evidence of a period from a running server, a file for each control, signed as a whole')
    .requiredOption('--from <date>', 'the first day (UTC), as 2026-07-01, or a moment, as 2026-07-01T00:00:00Z')
    .requiredOption('--to <date>', 'the last day, which belongs to it; or a moment, which does not')
    .option('--out <path>', 'a file that ends in .zip, or a folder; evidence-<from>-<to>.proofpix.zip when left out')
    .option('--server <url>', 'the server; PROOFPIX_SERVER, or http://127.0.0.1:8787, when left out')
    .option('--token <token>', 'rather set PROOFPIX_TOKEN, or be asked: options are visible to others on this machine')
    .option('--json', 'print where it is and its index as JSON', false)
    .addHelpText(
      'after',
      exitHelp({
        ok: 'it is fetched, unchanged on its way, and the server found its trail intact',
        wrongInput: 'a date or a path is wrong; nothing was written',
        found: 'the server found its own trail changed; the output names the first act',
        server: 'the server could not be reached, or refused, or what came was not whole',
      }),
    )
    .action(async (options: EvidenceOptions) => {
      const { fetchEvidence } = await import('../evidence/evidence-command.ts');
      await fetchEvidence(options);
    });
}
