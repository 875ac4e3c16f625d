import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { writeTarball } from '@proofpix/pack/write-tarball';
import { projectRoot } from '../config.ts';

/**
 * The npm package that plugins depend on. In a checkout it is built from the sources, once for each state of them. Where this
 * command itself comes from the package, it is that package again.
 */
export async function openSdkPackage(): Promise<{ fileName: string; bytes: Uint8Array }> {
  const builder = join(projectRoot, 'sdk', 'build.ts');
  if (existsSync(builder)) {
    const { stdout } = await promisify(execFile)(process.execPath, [builder]);
    const file = resolve(projectRoot, stdout.trim());
    return { fileName: basename(file), bytes: await readFile(file) };
  }
  const { version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as { version: string }; // ours
  return { fileName: `proofpix-sdk-${version}.tgz`, bytes: await writeTarball(projectRoot) };
}
