import { Command } from 'commander';
import type { DevOptions } from '../dev/dev-command.ts';
import { exitHelp } from '../exit-codes.ts';

export function devCommand(): Command {
  const collect = (value: string, before: string[]) => [...before, value];
  return new Command('dev')
    .description('Run a plugin on photos again whenever its folder changes, and show what it did')
    .argument('[folder]', "the plugin's folder", '.')
    .option(
      '--photo <path>',
      'a photo, or a folder of photos; can be given many times; a sample is drawn when left out',
      collect,
      [],
    )
    .option(
      '--with <plugin>',
      'another plugin that runs before it: a folder, a package or a bundled id; can be given many times',
      collect,
      [],
    )
    .option('-c, --config <file>', 'its configuration, as JSON')
    .option('--once', 'one round, without watching', false)
    .option('--save-test <file>', 'keep the first round as a test that runs with the test host of the sdk')
    .option('--json', 'a line of JSON for each round', false)
    .addHelpText(
      'after',
      exitHelp({
        ok: 'you ended it, or with --once: every hook answered',
        wrongInput: 'the folder, a photo or an option is wrong',
        found: 'with --once: the plugin cannot be packed or loaded, or a hook failed',
      }),
    )
    .action(async (folder: string, options: DevOptions) => {
      const { dev } = await import('../dev/dev-command.ts');
      await dev(folder, options);
    });
}
