import type { ComponentAdvisory, ComponentList, DependencyAudit } from '@proofpix/contract/dependencies';
import type { ScanResult, ScanSeverity } from '@proofpix/contract/scan';
import { createFindings, type Findings } from '../code/findings.ts';
import { imitatedPopular } from '../code/rules/imitated-name.ts';
import { licenceConcern, spdxOf } from '../dependencies/licence.ts';

/** What an advisory source knows against the dependencies of a package. */
export function findingsOfAudit({ components }: ComponentList, audit: DependencyAudit): ScanResult {
  const findings = createFindings();
  const places = new Map(components.map(({ purl, evidence: [first] }) => [purl, first?.file ?? 'manifest.json']));
  for (const { purl, name, version, advisories } of audit.components)
    for (const advisory of advisories)
      addAdvisory(findings, places.get(purl) ?? 'manifest.json', `${name} ${version ?? ''}`, advisory);
  return findings.result(components.length);
}

/** What the dependencies of a package show by themselves: their licences, their names, and where nothing could be seen. */
export function findingsOfDependencies({ components, gaps }: ComponentList): ScanResult {
  const findings = createFindings();
  for (const { name, version, license, evidence } of components) {
    const file = evidence[0]?.file ?? 'manifest.json';
    addLicence(findings, file, `${name} ${version ?? ''}`.trim(), license);
    // Of what package.json names, the rule about package.json speaks.
    if (evidence.some(({ how }) => how === 'declared' || how === 'installed')) continue;
    const popular = imitatedPopular(name, true);
    if (popular === null) continue;
    const remedy = 'Make sure that it is the package that was meant.';
    const message = `The name of the dependency "${name}" is close to that of "${popular}".`;
    findings.add({ id: 'imitated-name', severity: 'medium', remedy }, file, null, null, { message, confidence: 0.7 });
  }
  for (const { file, message } of gaps) {
    const remedy = 'Leave what is not needed out of the package, and bundle with "proofpix pack".';
    findings.add({ id: 'dependencies-not-seen', severity: 'low', remedy }, file, null, null, { message });
  }
  return findings.result(components.length);
}

function addAdvisory(findings: Findings, file: string, what: string, advisory: ComponentAdvisory): void {
  const { id, malicious, severity, summary, fixed } = advisory;
  const remedy = fixed === null ? 'Take another package, or one that has a fix.' : `Use version ${fixed} or newer.`;
  const message = malicious
    ? `${what.trim()} is known to be malicious: ${id}. ${summary}`
    : `${what.trim()} has a known vulnerability (${severity}): ${id}. ${summary}`;
  const rule = malicious ? 'malicious-dependency' : 'vulnerable-dependency';
  findings.add({ id: rule, severity: weightOf(advisory), remedy }, file, null, null, { message });
}

/**
 * Malice blocks. A vulnerability is a mistake in code that runs in the sandbox, and most of them (a slow pattern, a path
 * that a server would open) harm nobody there: a person looks at grave ones. Blocking them would also keep out the next
 * version of a plugin whose dependency nobody has mended yet.
 */
function weightOf({ malicious, severity }: ComponentAdvisory): ScanSeverity {
  if (malicious) return 'high';
  return severity === 'critical' || severity === 'high' ? 'medium' : 'low';
}

function addLicence(findings: Findings, file: string, what: string, license: string | null): void {
  const expression = spdxOf(license);
  const concern = expression === null ? null : licenceConcern(expression);
  if (license === 'UNLICENSED' || concern === 'forbids') {
    const remedy = 'Take another package, or come to an agreement with its author.';
    const message = `The licence of ${what}, ${license ?? ''}, forbids to pass it on or to use it for everything.`;
    findings.add({ id: 'dependency-licence', severity: 'medium', remedy }, file, null, null, { message });
  } else if (concern === 'shares') {
    const remedy = 'Give the plugin a licence that goes with it.';
    const message = `The licence of ${what}, ${license ?? ''}, asks that the whole plugin is passed on under the same terms.`;
    findings.add({ id: 'dependency-licence', severity: 'low', remedy }, file, null, null, { message });
  } else if (expression === null) {
    const remedy = 'Bundle with "proofpix pack", which keeps what packages say of their licences, or find out.';
    const said =
      license === null ? 'says nothing of its licence' : `has a licence that SPDX does not know: "${license}"`;
    findings.add({ id: 'dependency-licence', severity: 'low', remedy }, file, null, null, {
      message: `${what} ${said}.`,
      confidence: 0.5,
    });
  }
}
