// Looks up what is known against our own dependencies and those of our plugins, with the code that judges plugins.
// Ends with 0: nothing grave is known; 1: something is, or a source that was named gave no answer; 2: there is no
// source, or a public one that nobody named did not answer all.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ComponentAudit, ComponentList } from '@proofpix/contract/dependencies';
import { packBundled } from '@proofpix/pack/pack-bundled';
import { auditComponents } from '@proofpix/scanner/advisories/audit-components';
import { listComponents } from '@proofpix/scanner/dependencies/list-components';
import { readPackage } from '@proofpix/scanner/read-package';
import { openAdvisorySource } from '../cli/src/advisory-source.ts';
import { printable } from '../cli/src/printable.ts';

const root = dirname(import.meta.dirname);
const named = process.env.OSV_SOURCE?.trim() || undefined;
const source = await openAdvisorySource(named ?? 'https://api.osv.dev');
const deadline = AbortSignal.timeout(5 * 60_000);

type Lock = { packages: Record<string, { dev?: boolean }> };

/** What is shipped, and what only developers install. */
async function ownDependencies(): Promise<{ shipped: ComponentList; all: ComponentList }> {
  const text = await readFile(join(root, 'package-lock.json'), 'utf8');
  const lock = JSON.parse(text) as Lock; // npm wrote it
  for (const entry of Object.values(lock.packages)) delete entry.dev;
  const listed = (content: string) => listComponents(new Map([['package-lock.json', Buffer.from(content)]]));
  return { shipped: listed(text), all: listed(JSON.stringify(lock)) };
}

async function pluginDependencies(): Promise<{ name: string; list: ComponentList }[]> {
  const lists: { name: string; list: ComponentList }[] = [];
  for (const name of await readdir(join(root, 'plugins'))) {
    if (name === 'test') continue;
    const { files } = await readPackage((await packBundled(root, name)).archive);
    lists.push({ name, list: listComponents(files) });
  }
  return lists;
}

const own = await ownDependencies();
const shippedPurls = new Set(own.shipped.components.map(({ purl }) => purl));
const subjects = [
  { name: 'package-lock.json', list: own.all, isShipped: (purl: string) => shippedPurls.has(purl) },
  ...(await pluginDependencies()).map((plugin) => ({ ...plugin, isShipped: () => true })),
];
if (own.shipped.components.length < 50) throw new Error('The lock file names hardly anything: nothing was checked.');

let grave = 0;
let unanswered = 0;
let gaps = 0;
let looked = 0;
for (const { name, list, isShipped } of subjects) {
  const audit = await auditComponents(list, source, deadline);
  looked += list.components.length;
  gaps += list.gaps.length;
  unanswered += audit.components.filter(({ reason }) => reason !== null).length;
  for (const component of audit.components) grave += tell(name, component, isShipped(component.purl));
  if (audit.reason !== null) console.log(printable(`unknown  ${name}: ${audit.reason}`));
}
const sentence = `${looked} dependencies of ${subjects.length} packages, ${own.shipped.components.length} of them shipped with the server`;
if (named === undefined && unanswered === looked) {
  console.log(
    `${sentence}: unknown, there is no source of advisories. Set OSV_SOURCE, or let this machine reach api.osv.dev.`,
  );
  process.exitCode = 2;
} else {
  console.log(`${sentence}: ${grave} with something grave, ${unanswered + gaps} unknown (${source?.label}).`);
  // A public source that was reached by chance may give up halfway; one that was named has to answer.
  const unknown = named === undefined ? 2 : 1;
  process.exitCode = grave > 0 ? 1 : unanswered + gaps > 0 ? unknown : 0;
}

/** 1 for what must not be: malice anywhere, and grave vulnerabilities in what people run. */
function tell(name: string, { purl, advisories }: ComponentAudit, isShipped: boolean): number {
  let found = 0;
  for (const { id, malicious, severity, fixed, summary } of advisories) {
    const isGrave = malicious || (isShipped && (severity === 'critical' || severity === 'high'));
    if (isGrave) found = 1;
    const word = malicious ? 'malicious' : severity;
    const fix = fixed === null ? 'no fix is known' : `fixed in ${fixed}`;
    const where = isShipped ? name : `${name}, for developers only`;
    console.log(
      printable(`${isGrave ? 'GRAVE  ' : 'known  '}  ${purl} (${where}): ${id}, ${word}, ${fix}. ${summary}`),
    );
  }
  return found;
}
