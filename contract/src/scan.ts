import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';

const closed = { additionalProperties: false };
const RuleId = Type.String({ pattern: '^[a-z0-9-]{1,60}$', description: 'Id of a rule' });
const NullableTime = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);

/** Counts the changes of the rules: a result of an older set is not comparable with one of a newer. */
export const ruleSetVersion = 2;

/** How a finding weighs: `high` blocks, `medium` asks for a person's review, `low` is only told. */
export const ScanSeverity = Type.Enum(['high', 'medium', 'low']);
export type ScanSeverity = Static<typeof ScanSeverity>;

export const ScanVerdict = Type.Enum(['pass', 'review', 'block']);
export type ScanVerdict = Static<typeof ScanVerdict>;

/** Something that a rule saw in a package, without running any of it. */
export const ScanFinding = Type.Object(
  {
    rule: RuleId,
    severity: ScanSeverity,
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    file: Type.String({ maxLength: limits.packagePathBytes, description: 'Path inside the package' }),
    line: Type.Integer({ minimum: 0, description: 'From 1; 0 where the finding is about the file as a whole' }),
    column: Type.Integer({ minimum: 0, description: 'From 1, in UTF-16 units' }),
    excerpt: Type.String({ maxLength: 200, description: 'The source around it; what cannot be seen is escaped' }),
    message: Type.String({ maxLength: 500 }),
    remedy: Type.String({ maxLength: 500 }),
  },
  { title: 'ScanFinding', ...closed },
);
export type ScanFinding = Static<typeof ScanFinding>;

export const ScanResult = Type.Object(
  {
    ruleSet: Type.Integer({ minimum: 1, description: 'Version of the rules that were asked' }),
    verdict: ScanVerdict,
    /** The gravest first. */
    findings: Type.Array(ScanFinding, { maxItems: limits.scanFindings }),
    /** There were more findings than are listed; the verdict counts them all. */
    more: Type.Integer({ minimum: 0 }),
    files: Type.Integer({ minimum: 0, description: 'Files that were looked at' }),
  },
  { title: 'ScanResult', ...closed },
);
export type ScanResult = Static<typeof ScanResult>;

export function verdictOf(severities: Iterable<ScanSeverity>): ScanVerdict {
  let verdict: ScanVerdict = 'pass';
  for (const severity of severities) {
    if (severity === 'high') return 'block';
    if (severity === 'medium') verdict = 'review';
  }
  return verdict;
}

/** What an organisation does with findings, by severity, or by the rule that made them. */
export const ScanRules = Type.Object(
  {
    severities: Type.Object({ high: ScanVerdict, medium: ScanVerdict, low: ScanVerdict }, closed),
    rules: Type.Array(Type.Object({ rule: RuleId, action: ScanVerdict }, closed), {
      maxItems: limits.scanRulesOfOrganisation,
      description: 'Instead of what the severity says; each rule once',
    }),
  },
  { title: 'ScanRules', ...closed },
);
export type ScanRules = Static<typeof ScanRules>;

/**
 * Of an organisation that has set none. Permissions that are asked for and not used are decided on one by one by whoever
 * installs, with the reasons beside them: to ask for a review as well would ask twice.
 */
export const usualScanRules: ScanRules = {
  severities: { high: 'block', medium: 'review', low: 'pass' },
  rules: [{ rule: 'permission-use', action: 'pass' }],
};

const gravity: Readonly<Record<ScanVerdict, number>> = { pass: 0, review: 1, block: 2 };

function worse(one: ScanVerdict, other: ScanVerdict): ScanVerdict {
  return gravity[one] >= gravity[other] ? one : other;
}

/** Whether one verdict is worse than another. */
export function isWorse(verdict: ScanVerdict, than: ScanVerdict): boolean {
  return gravity[verdict] > gravity[than];
}

/** What the rules of an organisation say to one finding. */
export function actionOn({ rule, severity }: Pick<ScanFinding, 'rule' | 'severity'>, rules: ScanRules): ScanVerdict {
  return rules.rules.find((own) => own.rule === rule)?.action ?? rules.severities[severity];
}

/**
 * What an organisation's rules make of a scan: the gravest of what they say to its findings. Server and command line ask
 * here. Findings that no list had room for count too, as far as the scan's own verdict tells of them; behind a list that is
 * full anything can hide, and somebody has to look.
 */
export function effectiveVerdict(result: ScanResult, rules: ScanRules): ScanVerdict {
  const { findings } = result;
  let verdict = findings.reduce<ScanVerdict>((found, finding) => worse(found, actionOn(finding, rules)), 'pass');
  if (verdictOf(findings.map(({ severity }) => severity)) !== result.verdict)
    verdict = worse(verdict, rules.severities[result.verdict === 'block' ? 'high' : 'medium']);
  return findings.length >= limits.scanFindings ? worse(verdict, 'review') : verdict;
}

/** What is known of an installed package: the newest scan of it, and what the organisation's rules make of it today. */
export const InstalledScan = Type.Object(
  {
    result: Type.Union([ScanResult, Type.Null()], { description: 'Null: it was not scanned yet' }),
    verdict: Type.Union([ScanVerdict, Type.Null()], {
      description: 'By the rules of the organisation as they are now',
    }),
    current: Type.Boolean({ description: 'By the newest rules; older ones are asked again in the background' }),
    failed: Type.Boolean({ description: 'The newest try gave no answer; what is shown is older' }),
    scannedAt: NullableTime,
    acceptedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'When somebody installed it although it asks for a review',
    }),
    acceptedBy: Type.Union([Type.String(), Type.Null()], { description: 'Their name' }),
  },
  { title: 'InstalledScan' },
);
export type InstalledScan = Static<typeof InstalledScan>;

export const ScanRulesReply = Type.Object(
  {
    rules: ScanRules,
    usual: ScanRules,
    known: Type.Array(Type.Object({ rule: RuleId, severity: ScanSeverity, explanation: Type.String() }), {
      description: 'Every rule there is',
    }),
    ruleSet: Type.Integer(),
    updatedAt: NullableTime,
  },
  { title: 'ScanRulesReply' },
);
export type ScanRulesReply = Static<typeof ScanRulesReply>;
