import type { ComponentAdvisory, DependencyAudit } from '@proofpix/contract/dependencies';
import { limits } from '@proofpix/contract/limits';
import { violations, type ViolationSeverity, type ViolationType } from '@proofpix/contract/violations';
import { timeOrderedId } from '../plugins/history/time-ordered-id.ts';
import type { NewSecurityEvent } from '../security/queries.ts';

export type Alarm = { component: string; version: string | null; advisory: ComponentAdvisory };
type Of = { id: string; organisationId: string; pluginId: string; version: string; digest: string };

/** Everything that an audit says against a plugin, the gravest first; one entry for each advisory and component. */
export function alarmsOf({ components }: DependencyAudit): Alarm[] {
  const byKey = new Map<string, Alarm>();
  for (const { name, version, advisories } of components)
    for (const advisory of advisories) {
      const key = `${advisory.id}\n${name}`;
      if (!byKey.has(key)) byKey.set(key, { component: name, version, advisory });
    }
  const severities: ViolationSeverity[] = ['critical', 'high', 'medium', 'low'];
  const rank = (alarm: Alarm): number => severities.indexOf(severityOf(alarm.advisory));
  return [...byKey.values()].sort((a, b) => rank(a) - rank(b));
}

/** The events that tell of them; so many that nobody is flooded, and the last one says how many more there are. */
export function eventsOf(subject: Of, alarms: readonly Alarm[], source: string): NewSecurityEvent[] {
  const told = alarms.slice(0, limits.advisoryEvents);
  const more = alarms.length - told.length;
  return told.map((alarm, index) => {
    const { component, version, advisory } = alarm;
    const type: ViolationType = advisory.malicious ? 'malicious_dependency' : 'vulnerable_dependency';
    const fix = advisory.fixed === null ? '' : ` It is fixed in ${advisory.fixed}.`;
    const others = more > 0 && index === told.length - 1 ? ` There are ${more} more for this plugin.` : '';
    const { title } = violations[type];
    return {
      ...timeOrderedId(),
      organisationId: subject.organisationId,
      installationId: subject.id,
      pluginId: subject.pluginId,
      version: subject.version,
      digest: subject.digest,
      type,
      severity: severityOf(advisory),
      title,
      detail: `${component} ${version ?? '(version unknown)'}: ${advisory.id}. ${advisory.summary}${fix}${others}`,
      evidence: {
        component,
        componentVersion: version,
        advisory: advisory.id,
        aliases: advisory.aliases.slice(0, 5),
        fixed: advisory.fixed,
        link: advisory.link,
        source,
      },
      count: 1,
    };
  });
}

function severityOf({ malicious, severity }: ComponentAdvisory): ViolationSeverity {
  if (malicious) return 'critical';
  // In the sandbox a vulnerability is not yet an attack: critical is what was made to be one.
  if (severity === 'critical' || severity === 'high') return 'high';
  return severity === 'medium' ? 'medium' : 'low';
}
