import { Command } from 'commander';
import { exitHelp } from '../exit-codes.ts';
import type { PublishOptions } from '../publish/publish-command.ts';

export function publishCommand(): Command {
  return new Command('publish')
    .description('Send a plugin to a marketplace, have it scanned, and send it on to review')
    .argument('<plugin>', "a plugin's folder, which is packed, or its package")
    .option('--publisher <name>', 'under whose name; yours in the web app under "My plugins"')
    .option('--channel <name>', 'stable or beta', 'stable')
    .option('--submission <id>', 'a mended package in the place of the one that was sent')
    .option('--note <text>', 'what the reviewers read')
    .option('--draft', 'have it scanned only; look at the listing and send it on in the web app', false)
    .option('--server <url>', 'the marketplace; PROOFPIX_SERVER, or http://127.0.0.1:8787, when left out')
    .option('--token <token>', 'rather set PROOFPIX_TOKEN, or be asked: options are visible to others on this machine')
    .option('--json', 'print the submission as the server answers it', false)
    .addHelpText(
      'after',
      exitHelp({
        ok: 'it was sent to review, is a draft where that was asked for, or was released by the stated rules',
        wrongInput: 'the plugin cannot be packed or read, or an option is wrong; nothing was sent',
        found: 'it was sent, and something has to be mended, or it could not be scanned: the output says what',
        server: 'the server could not be reached, or refused; the message names its code',
      }),
    )
    .action(async (path: string, options: PublishOptions) => {
      const { publish } = await import('../publish/publish-command.ts');
      await publish(path, options);
    });
}
