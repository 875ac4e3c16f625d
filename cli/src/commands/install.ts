import { Command } from 'commander';
import { exitHelp } from '../exit-codes.ts';
import type { InstallOptions } from '../install/install-command.ts';

export function installCommand(): Command {
  const collect = (value: string, before: string[]) => [...before, value];
  return new Command('install')
    .description('Install a plugin on a running server')
    .argument('<plugin>', "a plugin's folder, which is packed, or its package")
    .option('--server <url>', 'the server; PROOFPIX_SERVER, or http://127.0.0.1:8787, when left out')
    .option('--token <token>', 'rather set PROOFPIX_TOKEN, or be asked: options are visible to others on this machine')
    .option(
      '--grant <permissions>',
      'grant these, separated by commas, and refuse the others that it asks for; can be given many times',
      collect,
      [],
    )
    .option('--grant-requested', 'grant everything that it asks for', false)
    .option('--load', 'load it at once', false)
    .option('-c, --config <file>', 'its configuration, as JSON')
    .option('--development', 'allow other content under a version that is installed already', false)
    .option('--accept-review', 'install it although something in it asks for a review: you looked at it', false)
    .option('--json', 'print the plugin as the server answers it', false)
    .addHelpText(
      'after',
      exitHelp({
        ok: 'it is installed, and loaded where that was asked for',
        wrongInput: 'the plugin cannot be packed or read, or an option is wrong; nothing was sent',
        found: 'it is installed, and does not run: it failed when it was loaded last',
        server: 'the server could not be reached, or refused; the message names its code',
      }),
    )
    .action(async (path: string, options: InstallOptions) => {
      const { install } = await import('../install/install-command.ts');
      await install(path, options);
    });
}
