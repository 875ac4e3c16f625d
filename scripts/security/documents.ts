import { controls, controlNames } from '@proofpix/contract/controls';
import { asvs, owasp, soc2, threats, threatsIntro, type Category, type Requirement } from './register.ts';

const note =
  '<!-- Made by `npm run generate` from docs/security/register. Change it there: test/security-register.test.ts checks every path and test. -->';
const stride = {
  S: 'Spoofing',
  T: 'Tampering',
  R: 'Repudiation',
  I: 'Information disclosure',
  D: 'Denial of service',
  E: 'Elevation of privilege',
} as const;

/** By path from the root of the checkout. */
export function securityDocuments(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/security/README.md', overview()],
    ['docs/security/threat-model.md', threatModel()],
    ['docs/security/asvs.md', asvsDocument()],
    ['docs/security/soc2.md', soc2Document()],
    ...owasp.categories.map((category) => [pathOf(category), categoryDocument(category)] as const),
  ]);
}

const pathOf = ({ id, slug }: Category) => `docs/security/owasp/${id}-${slug}.md`;

function overview(): string {
  const states = counted(asvs.requirements);
  return `# Security documents

${note}

| document | what it says |
|---|---|
| [Threat model](threat-model.md) | ${threats.threats.length} threats over ${Object.keys(threats.boundaries).length} borders, with what stands against each, the tests that attack it, and what is left |
| [How people sign in](sign-in.md) | ways in, passwords, guessing, sessions |
| [ASVS](asvs.md) | ${asvs.edition}: ${Object.entries(states)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ')} |
| [SOC 2](soc2.md) | ${soc2.criteria.length} criteria, what enforces them, what \`proofpix evidence\` exports, what stays with the operator |

## ${owasp.edition}

| category | attacking tests |
|---|---|
${owasp.categories.map((category) => `| [${category.id} ${category.title}](owasp/${category.id}-${category.slug}.md) | ${category.tests.length} |`).join('\n')}
`;
}

function categoryDocument({ id, title, here, stops, tests, notCovered }: Category): string {
  return `# ${id}:2025 ${title}

${note}

[${owasp.edition}](${owasp.source}). All categories: [security documents](../README.md).

## How it would show here

${here}

## What stops it

${stops.map(({ says, where }) => `- ${says} ${where.map((path) => link(path, '../../..')).join(' ')}`).join('\n')}

## Tests that attack it

${tests.map((test) => `- ${testText(test, '../../..')}`).join('\n')}

## Not covered

${notCovered.map((says) => `- ${says}`).join('\n')}
`;
}

function threatModel(): string {
  const sections = Object.entries(threats.boundaries).map(([boundary, title]) => {
    const rows = threats.threats.filter((threat) => threat.boundary === boundary);
    return `### ${title}

| id | kind | attacker | threat | what stands against it | attacked by | left |
|---|---|---|---|---|---|---|
${rows
  .map(
    ({ id, stride: kind, attacker, threat, mitigation, where, tests, residual }) =>
      `| ${id} | ${stride[kind]} | ${attacker} | ${cell(threat)} | ${cell(mitigation)} ${where.map((path) => link(path, '../..')).join(' ')} | ${tests.map((test) => testText(test, '../..')).join('<br>')} | ${cell(residual)} |`,
  )
  .join('\n')}
`;
  });
  return `# Threat model

${note}

${threatsIntro}
## Threats

By border and STRIDE.

${sections.join('\n')}`;
}

function asvsDocument(): string {
  const states = counted(asvs.requirements);
  const sections = Object.entries(asvs.chapters).map(([chapter, title]) => {
    const rows = asvs.requirements.filter(({ id }) => id.startsWith(`${chapter}.`));
    return `## ${chapter} ${title}

| id | level | what it asks, in short | state | place | test |
|---|---|---|---|---|---|
${rows
  .map(
    ({ id, level, says, state, where, tests, note: more }) =>
      `| ${id} | ${level} | ${cell(says)} | ${state === 'met' ? 'met' : `**${state}**`}${more === undefined ? '' : `. ${cell(more)}`} | ${where.map((path) => link(path, '../..')).join(' ') || '–'} | ${tests.map((test) => testText(test, '../..')).join('<br>') || '–'} |`,
  )
  .join('\n')}
`;
  });
  return `# OWASP ASVS

${note}

[${asvs.edition}](${asvs.source}): every requirement of these chapters at levels 1 and 2, in our words; the standard's own are there. ${Object.entries(
    states,
  )
    .map(([state, count]) => `${count} ${state}`)
    .join(', ')}. *Untested*: the code does it, and no test of ours attacks it. Nobody but ourselves has assessed this.

${sections.join('\n')}`;
}

function soc2Document(): string {
  return `# SOC 2

${note}

The criteria (${soc2.source}) that a server can say something about: what enforces each, what [\`proofpix evidence\`](../guide/command-line.md#proofpix-evidence) exports for it, and what stays the duty of whoever runs it. ProofPix is not certified; an auditor judges an organisation, not a program.

| criterion | how it is enforced | evidence | tests | stays with the operator |
|---|---|---|---|---|
${soc2.criteria
  .map(
    ({ id, title, enforced, where, controls: names, states, tests, operator }) =>
      `| **${id}** ${title} | ${cell(enforced)} ${where.map((path) => link(path, '../..')).join(' ')} | ${[...names.map((name) => `\`controls/${name}.jsonl\``), ...states.map((name) => `\`state/${name}.jsonl\``)].join('<br>') || '–'} | ${tests.map((test) => testText(test, '../..')).join('<br>') || '–'} | ${cell(operator)} |`,
  )
  .join('\n')}

## What the evidence holds

\`proofpix evidence --from 2026-07-01 --to 2026-09-30\`, or the page Audit, gives a ZIP that is laid out and signed like an [evidence bundle](../reference/evidence-bundle.md): \`proofpix verify\` checks it. Each act of the period stands in exactly one file below \`controls/\`; where nothing was recorded, the file says so with the span. Its end is the first moment that does not belong to it. \`index.html\` counts, \`index.json\` says the same for programs, with what came out when the chain of the trail was verified.

| file | what is in it | criteria |
|---|---|---|
${controlNames.map((name) => `| \`controls/${name}.jsonl\` | ${controls[name].what} | ${controls[name].criteria.join(', ')} |`).join('\n')}
`;
}

function counted(rows: readonly Requirement[]): Record<string, number> {
  const states = ['met', 'untested', 'not met', 'not applicable'] as const;
  return Object.fromEntries(states.map((state) => [state, rows.filter((row) => row.state === state).length]));
}

function link(path: string, up: string): string {
  return `[\`${path}\`](${up}/${path})`;
}

/** The file as a link, the name as it is written there. */
function testText(test: string, up: string): string {
  const [path = '', name = ''] = test.split(' › ');
  return `${link(path, up)} ${cell(name)}`;
}

/** Text in a cell of a table: a bar would end it, and names of tests hold patterns of formats. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('$', '&#36;').replaceAll('*', '\\*');
}
