import { Command } from 'commander';
import type { ExportOptions } from '../audit/export-command.ts';
import type { VerifyTrailOptions } from '../audit/verify-command.ts';
import { exitHelp } from '../exit-codes.ts';

export function auditCommand(): Command {
  return new Command('audit')
    .description('Fetch the audit trail of an organisation, and check one without server or account')
    .addCommand(exportCommand())
    .addCommand(verifyCommand())
    .addHelpText(
      'after',
      exitHelp({
        ok: 'the trail is fetched, or whole and unchanged',
        wrongInput: 'a file or an option is wrong, or the file is no whole trail',
        found: 'something in the trail was changed, removed, put in or moved; the output names it',
        server: 'the server could not be reached, or refused',
      }),
    );
}

function exportCommand(): Command {
  return new Command('export')
    .description('Fetch the whole trail as JSON Lines, with its signed heads')
    .argument('<file>', 'where it goes')
    .option('--server <url>', 'the server; PROOFPIX_SERVER, or http://127.0.0.1:8787, when left out')
    .option('--of-server', "the server's own trail instead of the organisation's; for its operator", false)
    .action(async (file: string, options: ExportOptions) => {
      const { exportTrail } = await import('../audit/export-command.ts');
      await exportTrail(file, options);
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Compute the chain of an exported trail anew, and check the signatures of its heads')
    .argument('<file>', 'JSON Lines, as export and GET /api/audit/export?format=jsonl give it')
    .option('--head <file>', 'signed heads that were kept elsewhere, as JSON, one a line: then a cut at the end shows')
    .option('--key <fingerprint>', "the key's, as the organisation publishes it: without it whoever signed is believed")
    .option('--json', 'print the verdict as JSON', false)
    .action(async (file: string, options: VerifyTrailOptions) => {
      const { verifyTrail } = await import('../audit/verify-command.ts');
      await verifyTrail(file, options);
    });
}
