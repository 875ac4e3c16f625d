import type { Problem } from '@proofpix/contract/errors';
import { hookNames, hooks, isBuiltInHook } from '@proofpix/contract/hooks';
import { Manifest, manifestHooks, manifestWarnings } from '@proofpix/contract/manifest';
import { permissionNames, type Permission } from '@proofpix/contract/permissions';
import { closest } from '../suggest.ts';
import type { CheckFinding } from './findings.ts';
import { fieldLines, fieldValue } from './locate-field.ts';

const file = 'manifest.json';

/** Every wrong field of a manifest with its line, and what was probably meant. */
export function findingsOfManifestProblem(problem: Problem, text: string): CheckFinding[] {
  const lineOf = fieldLines(text);
  if (problem.fields.length === 0)
    return [{ severity: 'error', code: problem.code, message: problem.message, file, line: 1 }];
  return problem.fields.map(({ field, message }) => {
    const hint = hintFor(field, message, text);
    return {
      severity: 'error',
      code: problem.code,
      message: `${field === '/' ? 'manifest.json' : field.slice(1)} ${message}`,
      file,
      // A syntax error tells its place itself.
      line: Number(/\(line (\d+) column \d+\)/.exec(message)?.[1] ?? lineOf(field)),
      field,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

function hintFor(field: string, message: string, text: string): string | undefined {
  const name = field.slice(field.lastIndexOf('/') + 1);
  if (message === 'is not a known field') return meant(name, Object.keys(Manifest.properties));
  const value = fieldValue(text, field);
  const given = typeof value === 'string' ? value : fieldValue(text, `${field}/name`);
  if (typeof given !== 'string') return undefined;
  if (field.startsWith('/permissions/')) return meant(given, permissionNames);
  if (field === '/type') return meant(given, ['processor', 'connector', 'analyzer', 'utility']);
  if (field === '/category') return meant(given, Manifest.properties.category.enum);
  if (message.includes('is not a hook of this platform')) return meant(given, hookNames);
  const permission = /needs the permission "(\w+)"/.exec(message)?.[1];
  return permission === undefined ? undefined : `Add "${permission}" to permissions.`;
}

function meant(given: string, known: readonly string[]): string | undefined {
  const name = closest(given, known);
  return name === undefined ? undefined : `Did you mean "${name}"?`;
}

/** What a valid manifest says that its author can hardly mean. */
export function findingsOfManifest(manifest: Manifest, text: string): CheckFinding[] {
  const lineOf = fieldLines(text);
  const findings: CheckFinding[] = [];
  const add = (severity: CheckFinding['severity'], code: string, field: string, message: string, hint?: string) =>
    void findings.push({ severity, code, message, file, line: lineOf(field), field, ...(hint ? { hint } : {}) });

  for (const warning of manifestWarnings(manifest))
    add('warning', 'manifest_warning', warning.includes('http') ? '/permissions' : '/hooks', warning);
  if (manifest.hosts?.length && !manifest.permissions?.includes('http'))
    add(
      'warning',
      'hosts_without_http',
      '/hosts',
      'Names hosts, but does not ask for "http": it will reach none.',
      'Add "http" to permissions, or take hosts out.',
    );
  if (manifestHooks(manifest).some(({ name }) => name === 'export:generate') && manifest.exportFormats === undefined)
    add(
      'advice',
      'export_formats_missing',
      '/hooks',
      'Writes reports, but names no exportFormats: it is called for every format, and people find none to choose.',
    );
  if (manifest.license === undefined)
    add('advice', 'license_missing', '/', 'Names no license: nobody knows under which terms it may be used.');
  if (manifest.keywords === undefined)
    add('advice', 'keywords_missing', '/', 'Names no keywords: people find it by its name only.');
  return findings;
}

/** What the declared hooks need anyway, and so is in use. */
export function neededByHooks(manifest: Manifest): Set<Permission> {
  const needed = new Set<Permission>();
  for (const { name } of manifestHooks(manifest)) if (isBuiltInHook(name)) needed.add(hooks[name].permission);
  for (const { permission } of Object.values(manifest.customHooks ?? {})) if (permission) needed.add(permission);
  return needed;
}
