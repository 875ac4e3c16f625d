import { Command } from 'commander';
import { exitHelp } from '../exit-codes.ts';
import type { RollbackOptions } from '../rollback/rollback-command.ts';

export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('Set a plugin of a running server back to a state that it kept')
    .argument('<plugin>', "the plugin's id")
    .option('--to <point>', 'the id of a restore point, or a version: its newest point; without it they are listed')
    .option('--reason <text>', 'why; kept with your name')
    .option('--server <url>', 'the server; PROOFPIX_SERVER, or http://127.0.0.1:8787, when left out')
    .option('--token <token>', 'rather set PROOFPIX_TOKEN, or be asked: options are visible to others on this machine')
    .option('--json', 'print the points, or the plugin, as the server answers them', false)
    .addHelpText(
      'after',
      exitHelp({
        ok: 'it is set back, or its restore points were listed',
        wrongInput: 'there is no such restore point, or an option is wrong; nothing was changed',
        server: 'the server could not be reached, or refused; the message names its code',
      }),
    )
    .action(async (plugin: string, options: RollbackOptions) => {
      const { rollback } = await import('../rollback/rollback-command.ts');
      await rollback(plugin, options);
    });
}
