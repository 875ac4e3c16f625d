import { Argument, Command } from 'commander';
import { completionScript, shells, type Shell } from '../completion.ts';
import { exitHelp } from '../exit-codes.ts';

export function completionCommand(): Command {
  return new Command('completion')
    .description('Print a script that lets a shell complete commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', exitHelp({ ok: 'the script was printed', wrongInput: 'the shell is none of these' }))
    .action((shell: Shell, _options: unknown, command: Command) => {
      const { parent } = command;
      if (parent !== null) process.stdout.write(completionScript(parent, shell));
    });
}
