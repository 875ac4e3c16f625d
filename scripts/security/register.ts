// The register of threats, OWASP categories, ASVS requirements and SOC 2 criteria: the one source of docs/security.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlName } from '@proofpix/contract/controls';

const root = join(import.meta.dirname, '../..');

/** `where`: paths of the checkout. `tests`: `path › name of the test`, exactly. */
type Proof = { where: string[]; tests: string[] };

export type Category = {
  id: string;
  slug: string;
  title: string;
  here: string;
  stops: { says: string; where: string[] }[];
  tests: string[];
  notCovered: string[];
};
export type Requirement = Proof & {
  id: string;
  level: 1 | 2;
  says: string;
  state: 'met' | 'untested' | 'not met' | 'not applicable';
  note?: string;
};
export type Threat = Proof & {
  id: string;
  boundary: string;
  stride: 'S' | 'T' | 'R' | 'I' | 'D' | 'E';
  attacker: string;
  threat: string;
  mitigation: string;
  residual: string;
};
export type Criterion = Proof & {
  id: string;
  title: string;
  enforced: string;
  controls: ControlName[];
  states: string[];
  operator: string;
};

function read<Value>(name: string): Value {
  return JSON.parse(readFileSync(join(root, 'docs/security/register', name), 'utf8')) as Value; // test/security-register.test.ts checks what is in it
}

export const owasp = read<{ edition: string; source: string; categories: Category[] }>('owasp.json');
export const asvs = read<{
  edition: string;
  source: string;
  chapters: Record<string, string>;
  requirements: Requirement[];
}>('asvs.json');
export const threats = read<{ boundaries: Record<string, string>; threats: Threat[] }>('threats.json');
export const soc2 = read<{ source: string; criteria: Criterion[] }>('soc2.json');
export const threatsIntro = readFileSync(join(root, 'docs/security/register/threat-model.intro.md'), 'utf8');
