import { Command, Option } from 'commander';
import { permissionNames, type Permission } from '@proofpix/contract/permissions';
import { exitHelp } from '../exit-codes.ts';
import type { NewOptions } from '../new/new-command.ts';

export function newCommand(): Command {
  return new Command('new')
    .description('Write a plugin to begin with: TypeScript, tests, and everything to run them')
    .argument('<folder>', 'a folder that is empty or not there yet')
    .addOption(
      new Option('-t, --type <type>', 'what it does: read photos, reach a server, judge, or write reports')
        .choices(['processor', 'connector', 'analyzer', 'utility'])
        .makeOptionMandatory(),
    )
    .option('--id <id>', "its id: a-z, 0-9 and -; from the folder's name when left out")
    .option('--name <name>', 'what people call it; from the id when left out')
    .option('--author <name>', 'who wrote it; the name of the account here when left out')
    .option(
      '--permission <permission>',
      `a permission to ask for beside those of the type (${permissionNames.join(', ')}); can be given many times`,
      // Checked with the manifest: one sentence says which field is wrong.
      (value: string, before: Permission[]) => [...before, value as Permission],
      [],
    )
    .addOption(
      new Option('--license <license>', 'its licence').choices(['Apache-2.0', 'MIT', 'none']).default('Apache-2.0'),
    )
    .option('--json', 'print one document {folder, id, name, type, files, next}', false)
    .addHelpText(
      'after',
      exitHelp({
        ok: 'the plugin is written; its next steps were printed',
        wrongInput: 'the folder is not empty, or a value is wrong; nothing was written',
      }),
    )
    .action(async (folder: string, options: NewOptions) => {
      const { createPlugin } = await import('../new/new-command.ts');
      await createPlugin(folder, options);
    });
}
