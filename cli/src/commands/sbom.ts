import { Command } from 'commander';
import { exitHelp } from '../exit-codes.ts';
import type { SbomOptions } from '../sbom/sbom-command.ts';

export function sbomCommand(): Command {
  return new Command('sbom')
    .description("Print a plugin's dependencies as a CycloneDX document")
    .argument('[plugin]', "a plugin's folder or its package", '.')
    .option('-o, --output <file>', 'where the document goes; printed when left out')
    .addHelpText(
      'after',
      exitHelp({ ok: 'the document is printed or written', wrongInput: 'there is no plugin that can be read' }),
    )
    .action(async (path: string, options: SbomOptions) => {
      const { sbom } = await import('../sbom/sbom-command.ts');
      await sbom(path, options);
    });
}
