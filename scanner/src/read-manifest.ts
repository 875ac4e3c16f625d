import semver from 'semver';
import { Problem, type FieldError } from '@proofpix/contract/errors';
import { checkManifest, type Manifest } from '@proofpix/contract/manifest';
import { JsonFault, parseStrictJson } from './parse-json.ts';
import { pathFault } from './paths.ts';
import { platform } from './platform.ts';

const manifestBytes = 256 * 1024;

/**
 * A manifest from the bytes of its file: JSON, the contract's rules, and the rules that need semver or paths. Packing
 * and installing both ask here.
 * @throws Problem `manifest_invalid` with every field that is wrong
 */
export function readManifest(bytes: Uint8Array): { manifest: Manifest; main: string } {
  if (bytes.length > manifestBytes) throw invalid([{ field: '/', message: `is over ${manifestBytes / 1024} kB` }]);
  let value: unknown;
  try {
    value = parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof JsonFault) throw invalid([{ field: '/', message: error.message }]);
    throw error;
  }
  const { manifest, errors } = checkManifest(value);
  if (manifest === null) throw invalid(errors);
  const main = (manifest.main ?? 'index.js').replace(/^\.\//, '');
  const wrong = [...rangeFaults(manifest), ...mainFaults(main)];
  if (wrong.length > 0) throw invalid(wrong);
  return { manifest, main };
}

function rangeFaults(manifest: Manifest): FieldError[] {
  const wrong: FieldError[] = [];
  const demands = [
    ['/proofpixVersion', manifest.proofpixVersion, platform.proofpix, 'ProofPix'],
    ['/nodeVersion', manifest.nodeVersion, platform.node, 'Node'],
  ] as const;
  for (const [field, range, version, name] of demands) {
    if (range === undefined) continue;
    if (semver.validRange(range) === null) wrong.push({ field, message: 'must be a semver range such as ">=1.0.0"' });
    else if (!semver.satisfies(version, range))
      wrong.push({ field, message: `asks for ${name} ${range}; this is ${version}` });
  }
  for (const [id, range] of Object.entries(manifest.pluginDependencies ?? {})) {
    if (semver.validRange(range) !== null) continue;
    wrong.push({ field: `/pluginDependencies/${id}`, message: 'must be a semver range such as "^1.2.0"' });
  }
  return wrong;
}

function mainFaults(main: string): FieldError[] {
  const fault = pathFault(main);
  if (fault !== null) return [{ field: '/main', message: fault.says }];
  return /\.[cm]?js$/.test(main) ? [] : [{ field: '/main', message: 'must end in .js, .mjs or .cjs' }];
}

function invalid(fields: FieldError[]): Problem {
  const shown = fields.slice(0, 3).map(({ field, message }) => `${field} ${message}`);
  return new Problem('manifest_invalid', `${shown.join('; ')}${fields.length > 3 ? '; …' : ''}.`, fields);
}
