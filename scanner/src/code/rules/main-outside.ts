import { isRecord } from '../json-record.ts';
import type { PackageJsonRule } from '../rule.ts';

/** Commands that a package must not take the place of. */
const commands: ReadonlySet<string> = new Set(
  'node npm npx yarn pnpm git sh bash zsh cmd curl wget ls cat cd sudo ssh python python3 tsc make'.split(' '),
);

export const mainOutsideRule: PackageJsonRule = {
  kind: 'package-json',
  id: 'main-outside',
  severity: 'high',
  explanation: 'What runs lies outside of the package, so nothing that was checked is what runs.',
  remedy: 'Name a file of the package.',
  samples: {
    bad: [
      { main: '../../x.js' },
      { main: '/etc/x.js' },
      { bin: { tool: '../tool.js' } },
      { exports: { '.': './../../x.js' } },
      { bin: { npm: './x.js' } },
      { main: 'https://example.org/x.js' },
    ],
    good: [
      { main: './dist/index.js' },
      { main: 'index.js', bin: './cli.js' },
      { exports: { '.': { import: './a.mjs', require: './a.cjs' } } },
    ],
  },
  check(packageJson, report) {
    for (const field of ['main', 'module', 'browser', 'bin', 'exports', 'types', 'files', 'directories', 'man']) {
      const open: unknown[] = [packageJson[field]];
      for (let count = 0; open.length > 0 && count < 2_000; count += 1) {
        const value = open.pop();
        if (Array.isArray(value)) open.push(...value.slice(0, 1_000));
        else if (isRecord(value)) open.push(...Object.values(value));
        else if (typeof value === 'string' && leaves(value))
          report(field, { message: `"${field}" names ${value.slice(0, 80)}, outside of the package.` });
      }
    }
    const { bin } = packageJson;
    for (const name of isRecord(bin) ? Object.keys(bin) : []) {
      if (commands.has(name))
        report(name, { message: `Takes the place of the command "${name}".`, severity: 'medium' });
    }
  },
};

function leaves(path: string): boolean {
  if (/^(?:[/\\~]|[a-z]:|[a-z]+:\/\/)/i.test(path)) return true;
  let depth = 0;
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') depth -= 1;
    else if (part !== '.' && part !== '') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
