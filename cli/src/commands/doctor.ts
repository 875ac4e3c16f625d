import { Command } from 'commander';
import { exitHelp } from '../exit-codes.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Try everything that ProofPix needs on this machine: sandbox, disk, port, database')
    .option('--json', 'print one document {ok, checks}', false)
    .addHelpText('after', exitHelp({ ok: 'nothing failed; there may be warnings', found: 'something failed' }))
    .action(async (options: { json: boolean }) => {
      const { doctor } = await import('../doctor/doctor-command.ts');
      await doctor(options);
    });
}
