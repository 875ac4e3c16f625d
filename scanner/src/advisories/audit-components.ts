import type {
  Component,
  ComponentAdvisory,
  ComponentAudit,
  ComponentList,
  DependencyAudit,
} from '@proofpix/contract/dependencies';
import { limits } from '@proofpix/contract/limits';
import type { Advisory } from './advisory.ts';
import type { AdvisorySource, LookUp } from './advisory-source.ts';
import { affects } from './affects.ts';
import { order, severityOf } from './severity.ts';

const noSource = 'No source of advisories is set.';

/**
 * What is known against the dependencies of a package. Nothing is called harmless that was not looked up: without a
 * source, without an answer, without a version it is `unknown`, with the reason.
 * @param source null where none is set
 * @example const audit = await auditComponents(listComponents(files), source);
 */
export async function auditComponents(
  { components, gaps }: ComponentList,
  source: AdvisorySource | null,
  signal?: AbortSignal,
): Promise<DependencyAudit> {
  if (source === null) {
    return {
      state: 'unknown',
      reason: noSource,
      source: null,
      components: components.map((component) => unknown(component, noSource)),
    };
  }
  const answers = components.length === 0 ? [] : await source.lookUp(components, signal);
  let room: number = limits.advisoriesPerPackage;
  const audits = components.map((component, index) => {
    const audit = judge(component, answers[index] ?? { advisories: [], fault: 'The source gave no answer.' });
    const advisories = audit.advisories.slice(0, room);
    room -= advisories.length;
    return { ...audit, advisories };
  });
  const open = audits.find(({ reason }) => reason !== null);
  const [gap] = gaps;
  const reason =
    open !== undefined
      ? `${open.name}: ${open.reason ?? ''}`
      : gap === undefined
        ? null
        : `${gap.file === '' ? 'The package' : gap.file}: ${gap.message}`;
  const affected = audits.some(({ state }) => state === 'affected');
  return {
    state: affected ? 'affected' : reason === null ? 'none_known' : 'unknown',
    reason: reason === null ? null : reason.slice(0, 300),
    source: source.label,
    components: audits,
  };
}

function judge(component: Component, { advisories, fault }: LookUp): ComponentAudit {
  const { name, version, purl } = component;
  const found: ComponentAdvisory[] = [];
  let unclear: string | null = null;
  for (const advisory of advisories) {
    const { affects: says, fixed, by } = affects(advisory, name, version);
    if (says === 'yes') found.push(told(advisory, fixed, severityOf(advisory, by)));
    else if (says === 'unclear') unclear ??= advisory.id;
  }
  found.sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  let reason = fault;
  if (reason === null && unclear !== null) {
    reason =
      version === null
        ? `Its version is not known; ${unclear} concerns some.`
        : `The versions that ${unclear} concerns cannot be compared.`;
  }
  const state = found.length > 0 ? 'affected' : reason !== null ? 'unknown' : 'not_affected';
  return { name, version, purl, state, reason, advisories: found.slice(0, limits.advisoriesPerComponent) };
}

function rank({ malicious, severity }: ComponentAdvisory): number {
  return malicious ? -1 : order.indexOf(severity);
}

function told(
  { id, aliases, summary }: Advisory,
  fixed: string | null,
  gravity: Pick<ComponentAdvisory, 'severity' | 'score'>,
): ComponentAdvisory {
  return {
    id,
    aliases: [...aliases],
    malicious: [id, ...aliases].some((one) => one.startsWith('MAL-')),
    ...gravity,
    summary: summary
      .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu, ' ')
      .slice(0, 300)
      .toWellFormed(),
    fixed,
    // Not one of the advisory's own references: those lead wherever its author likes.
    link: `https://osv.dev/vulnerability/${encodeURIComponent(id)}`,
  };
}

function unknown({ name, version, purl }: Component, reason: string): ComponentAudit {
  return { name, version, purl, state: 'unknown', reason, advisories: [] };
}
