import { Problem } from '@proofpix/contract/errors';
import {
  ruleSetVersion,
  usualScanRules,
  type ScanRules,
  type ScanRulesReply,
  type ScanVerdict,
} from '@proofpix/contract/scan';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { Actor, PluginParts } from '../parts.ts';
import { enforcePolicy } from '../policy/enforce-policy.ts';
import { findScanRules, saveScanRules, type RulesRow } from './queries.ts';
import { changedFields } from '../../audit/changed-fields.ts';
import { recordAct, userOf } from '../../audit/record-act.ts';

export async function readScanRules({ db }: Pick<PluginParts, 'db'>, organisationId: string): Promise<ScanRulesReply> {
  return show(await withOrganisation(db, organisationId, (tx) => findScanRules(tx, organisationId)));
}

/** Replaces them all. @throws Problem invalid_request for a rule that is not known, or named twice */
export async function setScanRules(
  parts: PluginParts,
  { organisationId, actor, wanted }: { organisationId: string; actor: Actor; wanted: ScanRules },
): Promise<ScanRulesReply> {
  const { db, log } = parts;
  const known = new Set((await knownRules()).map(({ rule }) => rule));
  const seen = new Set<string>();
  const fields = wanted.rules.flatMap(({ rule }, index) => {
    const message = !known.has(rule) ? 'is no rule that there is' : seen.has(rule) ? 'is named twice' : null;
    seen.add(rule);
    return message === null ? [] : [{ field: `/rules/rules/${index}/rule`, message }];
  });
  if (fields.length > 0) throw new Problem('invalid_request', undefined, fields);
  const row = await withOrganisation(db, organisationId, async (tx) => {
    const before = (await findScanRules(tx, organisationId))?.rules ?? usualScanRules;
    const saved = await saveScanRules(tx, { organisationId, rules: wanted, actor });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'organisation.set-scan-rules',
      subject: { kind: 'organisation', id: organisationId },
      ...changedFields(byRule(before), byRule(saved.rules)),
    });
    return saved;
  });
  log.info(
    { organisationId, actor: userOf(actor), rules: row.rules },
    'what an organisation does with findings was changed',
  );
  // Verdicts are others by now, and a policy may be about them.
  await enforcePolicy(parts, organisationId);
  return show(row);
}

/** Each severity and each rule as a field of its own, for the trail. */
function byRule({ severities, rules }: ScanRules): { readonly [name: string]: ScanVerdict } {
  return { ...severities, ...Object.fromEntries(rules.map(({ rule, action }) => [rule, action])) };
}

async function show(row: RulesRow | null): Promise<ScanRulesReply> {
  return {
    rules: row?.rules ?? usualScanRules,
    usual: usualScanRules,
    known: await knownRules(),
    ruleSet: ruleSetVersion,
    updatedAt: row?.updatedAt.toISOString() ?? null,
  };
}

/** Not a rule of the set: what a scan says where no rule could look. */
const unreadable = {
  rule: 'unreadable-code',
  severity: 'medium',
  explanation: 'A file is too large, too deeply nested or no JavaScript: nobody knows what it does.',
} as const;

/** Read when somebody asks: their code is not what a server starts with. */
async function knownRules(): Promise<ScanRulesReply['known']> {
  const sets = await import('@proofpix/scanner/code/rule-set');
  const { structureRules } = await import('@proofpix/scanner/structure/rules');
  const { dependencyRules } = await import('@proofpix/scanner/advisories/rules');
  const all = [
    ...sets.codeRules,
    ...sets.textRules,
    ...sets.fileRules,
    ...sets.packageJsonRules,
    ...sets.packageRules,
    ...Object.values(structureRules),
    ...dependencyRules,
  ];
  return [unreadable, ...all.map(({ id, severity, explanation }) => ({ rule: id, severity, explanation }))];
}
