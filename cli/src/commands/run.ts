import { Command, InvalidArgumentError } from 'commander';
import { exitHelp } from '../exit-codes.ts';
import type { RunOptions } from '../run/run-options.ts';

export function runCommand(): Command {
  return new Command('run')
    .description('Run the plugins over photos and folders of photos, without a server')
    .argument('<photo...>', 'photos, at most 200 MB each, or folders, which are searched for photos')
    .option('--json', 'one photo: its run as GET /api/runs/:id answers it; many: a line {photo, run} each', false)
    .option(
      '-p, --plugin <plugin>',
      'a folder, a package, or the id of a bundled plugin; can be given many times',
      collect,
      [],
    )
    .option(
      '-c, --config <plugin=file>',
      'the configuration of a plugin, as JSON; can be given many times',
      collect,
      [],
    )
    .option('--no-bundled', 'leave out the plugins that come with ProofPix')
    .option(
      '-o, --out <folder>',
      'where results go: for each photo a folder with run.json and the files that plugins add',
    )
    .option(
      '--resume <file>',
      'remembers here which photos are finished, and leaves those out; with --out it does so by itself',
    )
    .option('-j, --jobs <number>', 'photos at once; as many as there are processors when left out', atLeastOne)
    .option('--report <format>', 'one photo: let a plugin write a report, such as pdf, json or csv')
    .option('-v, --verbose', "say what is skipped, what runs, and the plugins' log", false)
    .addHelpText(
      'after',
      exitHelp({
        ok: 'every plugin answered for every photo',
        wrongInput: 'a photo, a plugin or an option is wrong',
        found: 'a plugin failed, or a photo could not be read',
        interrupted: 'interrupted; with --out or --resume the same command goes on',
      }),
    )
    .action(async (photos: string[], options: RunOptions) => {
      const { run } = await import('../run/run-command.ts');
      await run(photos, options);
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function atLeastOne(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 64)
    throw new InvalidArgumentError('It is a whole number from 1 to 64.');
  return number;
}
