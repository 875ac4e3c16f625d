import { Type, type Static } from 'typebox';
import { matchesHost, readHostPattern, type HostPattern } from './host-pattern.ts';
import { limits } from './limits.ts';
import { PluginId, Version } from './manifest.ts';
import { PermissionName } from './permission-name.ts';
import type { Permission } from './permissions.ts';
import { ScanVerdict } from './scan.ts';
import { PublisherName } from './trust.ts';
import { updateModes } from './update-modes.ts';

const closed = { additionalProperties: false } as const;

export const PolicyEffect = Type.Enum(['allow', 'deny']);
export type PolicyEffect = Static<typeof PolicyEffect>;

/** What a rule is about; everything that it names must hold. Without a permission and a host it is about the whole plugin. */
export const PolicyRule = Type.Object(
  {
    effect: PolicyEffect,
    publisher: Type.Optional(PublisherName),
    plugin: Type.Optional(PluginId),
    version: Type.Optional(Version),
    verdict: Type.Optional(ScanVerdict),
    permission: Type.Optional(PermissionName),
    host: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 259,
        description: 'api.example.org, *.example.org or * for every host; on every port unless one is named',
      }),
    ),
    note: Type.Optional(Type.String({ maxLength: 300, description: 'Why; people who are refused read it' })),
  },
  { title: 'PolicyRule', ...closed },
);
export type PolicyRule = Static<typeof PolicyRule>;

export const UpdateMode = Type.Enum([...updateModes], {
  description: 'Which newer versions are installed by themselves: patch keeps major and minor, minor keeps the major',
});
export type UpdateMode = Static<typeof UpdateMode>;

export const UpdateRules = Type.Object(
  {
    mode: UpdateMode,
    security: Type.Boolean({
      description: 'A newer version of what is known to be dangerous is installed at once, whatever the mode',
    }),
    minimumAgeDays: Type.Integer({ minimum: 0, maximum: 365, description: 'How long a version must have been out' }),
  },
  { title: 'UpdateRules', ...closed },
);
export type UpdateRules = Static<typeof UpdateRules>;

/** What an organisation decided about plugins. The first rule that holds decides; where none does, `otherwise`. */
export const Policy = Type.Object(
  {
    rules: Type.Array(PolicyRule, { maxItems: limits.policyRules }),
    otherwise: PolicyEffect,
    updates: UpdateRules,
  },
  { title: 'Policy', ...closed },
);
export type Policy = Static<typeof Policy>;

/** Of an organisation that decided nothing: it installs what it likes, and nothing changes by itself. */
export const usualPolicy: Policy = {
  rules: [],
  otherwise: 'allow',
  updates: { mode: 'none', security: false, minimumAgeDays: 0 },
};

/** A package as a policy sees it. */
export type PolicySubject = {
  plugin: string;
  version: string;
  /** Everybody who stands behind it, and only who was proven to. */
  publishers: readonly string[];
  /** By the organisation's rules; null where it was not scanned. */
  verdict: ScanVerdict | null;
};

/** Which rule decided, from 1 as people count, and why; null where none did. */
export const PolicyDecision = Type.Object(
  {
    effect: PolicyEffect,
    rule: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    why: Type.String(),
  },
  { title: 'PolicyDecision', ...closed },
);
export type PolicyDecision = Static<typeof PolicyDecision>;

/** What of a package is asked about: all of it, one permission, or one host (which is a part of `http`). */
type Target = { permission?: Permission; host?: { name: string; port: number } };

/** May this package be installed and run? */
export function decidePackage(policy: Policy, subject: PolicySubject): PolicyDecision {
  return decide(policy, subject, {});
}

/** May this permission be granted to it? A package that is denied gets none. */
export function decidePermission(policy: Policy, subject: PolicySubject, permission: Permission): PolicyDecision {
  const whole = decidePackage(policy, subject);
  return whole.effect === 'deny' ? whole : decide(policy, subject, { permission });
}

/** May it reach this host? `name` as a URL has it. */
export function decideHost(policy: Policy, subject: PolicySubject, name: string, port: number): PolicyDecision {
  const permission = decidePermission(policy, subject, 'http');
  return permission.effect === 'deny'
    ? permission
    : decide(policy, subject, { permission: 'http', host: { name, port } });
}

type DeniedHost = { host: string; partly: boolean; decision: PolicyDecision };

/** Those of the hosts in a manifest that are denied, wholly or (behind a `*.`) in part: the first rule that says so. */
export function deniedHosts(policy: Policy, subject: PolicySubject, hosts: readonly string[]): DeniedHost[] {
  return hosts.flatMap((host): DeniedHost[] => {
    const { pattern } = readHostPattern(host);
    if (pattern === null) return [];
    const { name, port } = pattern;
    // Of hosts under a name none is asked for yet: one that no rule can name stands for the rest of them.
    const asked = pattern.subdomains ? `_.${name}` : name;
    const decision = decideHost(policy, subject, asked, port);
    if (decision.effect === 'deny') return [{ host, partly: false, decision }];
    if (!pattern.subdomains) return [];
    const partly = policy.rules
      .filter((rule) => rule.effect === 'deny' && isBelow(rule.host, name))
      .map((rule) => decideHost(policy, subject, (rule.host ?? '').replace(/:.*$/, '').replace('*', '_'), port))
      .find(({ effect }) => effect === 'deny');
    return partly === undefined ? [] : [{ host, partly: true, decision: partly }];
  });
}

/** What is wrong with the rules, beyond their form; `field` as a JSON pointer into the policy. */
export function policyErrors({ rules }: Policy): { field: string; message: string }[] {
  return rules.flatMap((rule, index) => {
    const wrong: { field: string; message: string }[] = [];
    const at = `/rules/${index}`;
    if (rule.host !== undefined) {
      const error = rule.host === '*' ? null : readHostPattern(rule.host).error;
      if (error !== null) wrong.push({ field: `${at}/host`, message: error });
      if (rule.permission !== undefined && rule.permission !== 'http')
        wrong.push({ field: `${at}/permission`, message: 'is not what reaches a host: leave it out, or name http' });
    }
    return wrong;
  });
}

function decide(policy: Policy, subject: PolicySubject, target: Target): PolicyDecision {
  return decisionOf(
    policy,
    policy.rules.findIndex((rule) => isAbout(rule, subject) && covers(rule, target)),
  );
}

function decisionOf(policy: Policy, index: number): PolicyDecision {
  const rule = policy.rules[index];
  if (rule === undefined) {
    const why = policy.otherwise === 'deny' ? 'No rule allows it.' : 'No rule denies it.';
    return { effect: policy.otherwise, rule: null, why };
  }
  const says = `Rule ${index + 1} ${rule.effect === 'deny' ? 'denies' : 'allows'} ${wordsOf(rule)}.`;
  return { effect: rule.effect, rule: index + 1, why: rule.note ? `${says} ${rule.note}` : says };
}

/** Whether the rule speaks of this package. */
function isAbout({ effect, publisher, plugin, version, verdict }: PolicyRule, subject: PolicySubject): boolean {
  if (publisher !== undefined && !subject.publishers.includes(publisher)) return false;
  if (plugin !== undefined && plugin !== subject.plugin) return false;
  if (verdict !== undefined && verdict !== subject.verdict) return false;
  return version === undefined || isVersion(version, subject.version, effect);
}

/**
 * What stands behind a `+` does not make another version: `1.0.0+x` must not get past a rule that denies 1.0.0. The other
 * way round it may be other content, so a rule that allows 1.0.0 allows exactly that.
 */
function isVersion(named: string, version: string, effect: PolicyEffect): boolean {
  if (named === version) return true;
  return effect === 'deny' && !named.includes('+') && version.split('+', 1)[0] === named;
}

/** A rule about all of a plugin covers its permissions and hosts too; one about a part only that part. */
function covers({ permission, host }: PolicyRule, target: Target): boolean {
  if (host !== undefined) return target.host !== undefined && isHost(host, target.host);
  return permission === undefined || permission === target.permission;
}

function isHost(text: string, { name, port }: { name: string; port: number }): boolean {
  if (text === '*') return true;
  const pattern = anyPort(text, port);
  return pattern !== null && matchesHost(pattern, name, port);
}

/** A rule that names no port holds on every one: denying example.org must not leave example.org:8443 open. */
function anyPort(text: string, port: number): HostPattern | null {
  const { pattern } = readHostPattern(text);
  return pattern && (text.includes(':') ? pattern : { ...pattern, port });
}

function isBelow(text: string | undefined, parent: string): boolean {
  if (text === undefined) return false;
  const { pattern } = readHostPattern(text);
  return pattern !== null && pattern.name.endsWith(`.${parent}`);
}

function wordsOf({ publisher, plugin, version, verdict, permission, host }: PolicyRule): string {
  const what = [
    ...(plugin === undefined ? [] : [`the plugin ${plugin}`]),
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(publisher === undefined ? [] : [`what ${publisher} publishes`]),
    ...(verdict === undefined ? [] : [`packages with the verdict "${verdict}"`]),
  ];
  const part = host === undefined ? permission && `the permission "${permission}"` : `the host ${host}`;
  const of = what.length === 0 ? 'every plugin' : what.join(', ');
  return part === undefined ? of : what.length === 0 ? part : `${part} to ${of}`;
}

/** How far apart two versions are. */
export type UpdateStep = 'patch' | 'minor' | 'major';

export type UpdateQuestion = {
  /** What is between the installed version and the newer one. */
  step: UpdateStep;
  version: string;
  /** Since when the newer version is out. */
  since: Date;
  now: Date;
  mode: UpdateMode;
  pin: string | null;
  rules: UpdateRules;
  /** What is known against the installed version; null: nothing. */
  dangerous: string | null;
  /** It was installed before, failed, and went back by itself. */
  failedBefore: boolean;
  /** What the policy says to the newer version. */
  decision: PolicyDecision;
};

const steps: readonly UpdateStep[] = ['patch', 'minor', 'major'];
const reaches: Readonly<Record<UpdateMode, number>> = { none: 0, patch: 1, minor: 2, all: 3 };

/**
 * Whether a newer version is installed by itself, in the order in which the reasons weigh: policy, pin, then the rules for
 * updates. The kill list was asked before: what it names is in no list of newer versions.
 */
export function decideUpdate(asked: UpdateQuestion): { installs: boolean; why: string } {
  const { step, since, now, mode, pin, rules, dangerous, failedBefore, decision } = asked;
  if (decision.effect === 'deny') return { installs: false, why: decision.why };
  if (pin !== null) return { installs: false, why: `It is pinned to ${pin}.` };
  if (failedBefore) return { installs: false, why: 'It was installed before and failed: install it by hand.' };
  if (dangerous !== null && rules.security) return { installs: true, why: `At once, for safety: ${dangerous}` };
  if (steps.indexOf(step) >= reaches[mode]) {
    return { installs: false, why: mode === 'none' ? 'Nothing is updated by itself.' : `It is a ${step} step.` };
  }
  const due = new Date(since.getTime() + rules.minimumAgeDays * 86_400_000);
  if (due > now) return { installs: false, why: `It has to be out until ${due.toISOString().slice(0, 10)}.` };
  return { installs: true, why: `It is a ${step} step.` };
}
