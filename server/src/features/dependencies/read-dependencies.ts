import type { PluginVulnerabilities } from '@proofpix/contract/dependencies';
import { Problem } from '@proofpix/contract/errors';
import { toCycloneDx } from '@proofpix/scanner/dependencies/cyclonedx';
import { withOrganisation } from '../../db/tenancy.ts';
import { componentsOf } from './audit-installation.ts';
import type { DependencyParts } from './parts.ts';
import { findSubject, saveComponents } from './queries.ts';
import { beginAuditOf } from './re-audit.ts';

type Of = { organisationId: string; pluginId: string };
const notYet = 'It was not looked up yet; that is done within minutes.';

/** The dependencies as a document for other programs: the same bytes for the same package. @throws Problem */
export async function readSbom(parts: DependencyParts, of: Of): Promise<{ text: string; fileName: string }> {
  const subject = await subjectOf(parts, of);
  const components = await componentsOf(parts, subject);
  if (components === null) throw new Problem('file_not_found', 'The stored package could not be read.');
  const { manifest, digest, id: installationId, knownDigest } = subject;
  if (knownDigest !== digest) {
    const known = {
      organisationId: of.organisationId,
      installationId,
      digest,
      components,
      audit: null,
      auditedAt: null,
    };
    await withOrganisation(parts.db, of.organisationId, (tx) => saveComponents(tx, known));
  }
  const text = `${JSON.stringify(toCycloneDx(components, { manifest, digest }), null, 2)}\n`;
  return { text, fileName: `${manifest.id}-${manifest.version}.cdx.json` };
}

/** What is known; where nobody looked yet, that is begun. @throws Problem plugin_not_found */
export async function readVulnerabilities(parts: DependencyParts, of: Of): Promise<PluginVulnerabilities> {
  const subject = await subjectOf(parts, of);
  const { digest, knownDigest, auditedAt } = subject;
  const [audit, components] = knownDigest === digest ? [subject.audit, subject.components] : [null, null];
  if (audit === null) await beginAuditOf(parts, of.organisationId, new Date());
  const audits = new Map(audit?.components.map((one) => [one.purl, one]));
  return {
    state: audit?.state ?? 'unknown',
    reason: audit === null ? notYet : audit.reason,
    source: audit === null ? (parts.source?.label ?? null) : audit.source,
    auditedAt: audit === null || auditedAt === null ? null : auditedAt.toISOString(),
    digest,
    components: (components?.components ?? []).map(({ name, version, purl, license, confidence, evidence }) => {
      const { state = 'unknown', reason = notYet, advisories = [] } = audits.get(purl) ?? {};
      const seen = [...new Set(evidence.map(({ how }) => how))];
      return { name, version, purl, license, confidence, seen, state, reason, advisories };
    }),
    gaps: components?.gaps ?? [],
  };
}

async function subjectOf({ db }: DependencyParts, { organisationId, pluginId }: Of) {
  const subject = await withOrganisation(db, organisationId, (tx) => findSubject(tx, pluginId));
  if (subject === undefined) throw new Problem('plugin_not_found');
  return subject;
}
