import { Command } from 'commander';
import type { CheckOptions } from '../check/check-command.ts';
import { exitHelp } from '../exit-codes.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description('Check a plugin by the rules that the server applies, and for what authors forget')
    .argument('[plugin]', "a plugin's folder or its package", '.')
    .option('--json', 'print one document {refused, plugin, dependencies, findings}', false)
    .option('--no-load', 'do not load it into a sandbox: what its code exports stays unknown')
    .option('--osv <source>', 'look its dependencies up: a server as https://api.osv.dev, or a folder or ZIP of OSV')
    .addHelpText(
      'after',
      exitHelp({
        ok: 'the server would take it; there may be warnings and advice',
        wrongInput: 'there is no such folder or file',
        found: 'the server would refuse it, or it contains what is known to be malicious',
      }),
    )
    .action(async (path: string, options: CheckOptions) => {
      const { check } = await import('../check/check-command.ts');
      await check(path, options);
    });
}
