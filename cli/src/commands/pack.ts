import { Command, Option } from 'commander';
import { exitHelp } from '../exit-codes.ts';
import type { PackOptions } from '../pack/pack-command.ts';

export function packCommand(): Command {
  return new Command('pack')
    .description('Pack a plugin: one file with its npm dependencies, the same bytes every time')
    .argument('[folder]', "the plugin's folder", '.')
    .option('-o, --output <file>', 'where the package goes; <id>-<version>.zip here when left out')
    .addOption(
      new Option('--format <format>', 'ZIP, or TAR.GZ; by the ending of --output when left out').choices([
        'zip',
        'tgz',
      ]),
    )
    .option('--sign', 'sign it: <package>.sig.json beside it', false)
    .option('--key <file>', 'the key, as "keys make" made it; PROOFPIX_KEY when left out')
    .option('--publisher <name>', 'whose key it is, as the server knows it; PROOFPIX_PUBLISHER when left out')
    .option('--json', 'print one document: id, version, digests, files, what was bundled, who signed', false)
    .addHelpText(
      'after',
      exitHelp({
        ok: 'the package is written',
        wrongInput: 'the plugin cannot be packed; the message names field or file',
      }),
    )
    .action(async (folder: string, options: PackOptions) => {
      const { pack } = await import('../pack/pack-command.ts');
      await pack(folder, options);
    });
}
