import { writeFile } from 'node:fs/promises';
import { toCycloneDx } from '@proofpix/scanner/dependencies/cyclonedx';
import { listComponents } from '@proofpix/scanner/dependencies/list-components';
import { fromCaller } from '../config.ts';
import { isPluginFolder, readPlugin } from '../read-plugin.ts';
import { printable, printableJson } from '../printable.ts';

export type SbomOptions = { output?: string };

/** The same document as the server gives for this package. @throws CommandFailure, Problem */
export async function sbom(path: string, options: SbomOptions): Promise<void> {
  const from = fromCaller(path);
  const { files, manifest, digest } = await readPlugin(from, await isPluginFolder(from));
  const list = listComponents(files);
  const text = printableJson(toCycloneDx(list, { manifest, digest }), 2);
  for (const { file, message } of list.gaps) console.error(printable(`Not seen: ${file} ${message}`));
  if (options.output === undefined) console.log(text);
  else await writeFile(fromCaller(options.output), `${text}\n`);
}
