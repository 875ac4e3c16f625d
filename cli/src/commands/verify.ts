import { Command } from 'commander';
import { exitHelp } from '../exit-codes.ts';
import type { VerifyOptions } from '../verify/verify-command.ts';

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check an evidence bundle, a report on what a version did, or a package, without server or account')
    .argument('<file>', 'a .proofpix.zip, as a run or case gives it, an exposure-….json, or a package')
    .option('--json', 'print the verdict as JSON', false)
    .option(
      '--key <fingerprint>',
      'a bundle or a report: the fingerprint that the key must have, as the organisation publishes it',
    )
    .option('--signature <file>', 'a package: its signatures; <file>.sig.json beside it when left out')
    .option('--trust <folder>', 'a package: which keys are trusted, and what was killed, as "keys fetch" brought it')
    .addHelpText(
      'after',
      exitHelp({
        ok: 'nothing was changed; a package: signed by a key that is trusted, and not on the kill list',
        wrongInput: 'it is none of them, or cannot be read',
        found: 'it was changed, or a package is not proven; the output names the first thing',
      }),
    )
    .action(async (file: string, options: VerifyOptions) => {
      const { verify } = await import('../verify/verify-command.ts');
      await verify(file, options);
    });
}
