import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import { makeWorkplace, type Workplace } from './proofpix.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const guide = readFileSync(join(root, 'docs/guide/command-line.md'), 'utf8');
let place: Workplace;
let commands: string[];
const helps = new Map<string, string>();

beforeAll(async () => {
  place = await makeWorkplace();
  const { stdout } = await place.run('--help');
  commands = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[options\]| <|\s{2,})/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'help');
  for (const name of commands) helps.set(name, (await place.run(name, '--help')).stdout);
});
afterAll(() => place[Symbol.asyncDispose]());

/** The part of the guide below a command's heading. */
function sectionOf(name: string): string {
  return guide.split(/^## /m).find((part) => part.startsWith(`\`proofpix ${name}\``)) ?? '';
}

const flagsIn = (text: string) => new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([flag]) => flag));

describe('the guide of the command line', { timeout: 300_000 }, () => {
  test('has every command of the program, and no other', () => {
    const described = [...guide.matchAll(/^## `proofpix ([a-z]+)`/gm)].map((match) => match[1]);
    expect(commands.length).toBeGreaterThan(6);
    expect(described.toSorted()).toEqual(commands.toSorted());
    for (const name of commands) expect(guide).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  });

  test('names every option of each command, and none that it does not have', () => {
    for (const name of commands) {
      const options = (helps.get(name) ?? '').split('\n').filter((line) => /^ {2}(-|\s+--)/.test(line));
      const flags = new Set(options.flatMap((line) => [...flagsIn(line.trim().split(/ {2,}/)[0] ?? '')]));
      flags.delete('--help');
      const rows = sectionOf(name)
        .split('\n')
        .filter((line) => line.startsWith('| `-'));
      expect({ name, flags: [...flagsIn(rows.map((row) => row.split('|')[1]).join('\n'))].toSorted() }).toEqual({
        name,
        flags: [...flags].toSorted(),
      });
    }
  });

  test('says of each command by which codes it ends, as its help does', () => {
    for (const name of commands) {
      const codes = [...((helps.get(name) ?? '').split('Exit codes:')[1]?.matchAll(/^ {2}(\d+) /gm) ?? [])].map(
        (match) => match[1],
      );
      const row = new RegExp(`^\\| \`${name}\` \\|(.*)$`, 'm').exec(guide)?.[1] ?? '';
      expect({ name, codes: row.split('|').at(-2)?.trim() }).toEqual({ name, codes: codes.join(', ') });
    }
    for (const [code, meaning] of Object.values(exitCodes)) expect(guide).toContain(`| ${code} | ${meaning} |`);
  });

  test('names every variable that the command line reads', () => {
    const config = readFileSync(join(root, 'cli/src/config.ts'), 'utf8');
    const read = [...config.matchAll(/process\.env\['([A-Z_]+)'\]/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'INIT_CWD');
    expect(read.length).toBeGreaterThan(4);
    for (const name of new Set(read)) expect(guide).toContain(`| \`${name}\` |`);
  });
});

describe('proofpix completion', { timeout: 300_000 }, () => {
  test.each(['bash', 'zsh', 'fish'])('knows every command and option in %s', async (shell) => {
    const { code, stdout } = await place.run('completion', shell);
    expect(code).toBe(0);
    for (const name of commands) {
      expect(stdout).toContain(name);
      for (const flag of flagsIn(
        (helps.get(name) ?? '')
          .split('Exit codes')[0]
          ?.split('Options:')[1]
          ?.split('\n')
          .map((line) => line.trim().split(/ {2,}/)[0])
          .join('\n') ?? '',
      ))
        expect(stdout).toContain(shell === 'fish' ? `-l ${flag.slice(2)}` : flag);
    }
  });

  test('completes in bash', async () => {
    const { stdout } = await place.run('completion', 'bash');
    const script = `${stdout}\nCOMP_WORDS=(proofpix pa); COMP_CWORD=1; _proofpix; echo "\${COMPREPLY[*]}"\nCOMP_WORDS=(proofpix pack --for); COMP_CWORD=2; _proofpix; echo "\${COMPREPLY[*]}"\n`;
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe('pack\n--format\n');
  });
});
