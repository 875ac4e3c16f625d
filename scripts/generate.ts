// Writes the files that are made from the contract, and docs/security from its register; with --check only says which are stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generatedFiles } from '../server/src/features/server/generated-files.ts';
import { securityDocuments } from './security/documents.ts';

const root = dirname(import.meta.dirname);
const checking = process.argv.includes('--check');

for (const [path, text] of [...generatedFiles(), ...securityDocuments()]) {
  const file = join(root, path);
  const existing = await readFile(file, 'utf8').catch(() => undefined);
  if (existing === text) continue;
  if (checking) {
    console.error(`${path} is stale: run "npm run generate".`);
    process.exitCode = 1;
    continue;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${path}`);
}
