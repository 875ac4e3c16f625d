import { Readable } from 'node:stream';
import { controlNames, controls, type ControlName } from '@proofpix/contract/controls';
import type { AuditVerdict } from '@proofpix/contract/audit-record';
import type { Json } from '@proofpix/contract/json';
import { statementText } from '@proofpix/evidence/attestation';
import { createNodeChecksum } from '@proofpix/evidence/node-checksum';
import { documentFile, textFile, writeBundle, type NewFile } from '@proofpix/evidence/write-bundle';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { findMemberName } from '../evidence/queries.ts';
import type { AuditParts } from '../audit/open-trail.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import { verifyTrail } from '../audit/verify/verify-trail.ts';
import type { EvidenceSigner } from '../plugins/evidence/sign-evidence.ts';
import { collectActs, collectStates, stateNames, states, type Period, type StateName } from './collect-evidence.ts';
import { indexPage, type EvidenceIndex } from './index-page.ts';
import { findOrganisation, findProvider } from './queries.ts';
import { readme } from './readme.ts';
import { openSpool, type Spool } from './spool.ts';

export type ControlParts = {
  audit: AuditParts;
  evidence: EvidenceSigner;
  /** Where lines wait on the disk while an archive is made. */
  folder: string;
  version: string;
};

export type EvidenceDownload = { status: 200; body: Readable; headers: Record<string, string> };

/**
 * A ZIP with a file for each control, laid out and signed like an evidence bundle, so that what checks those checks this.
 * That it was taken is recorded before the first byte leaves, and the chain of the trail is verified for it.
 */
export async function exportEvidence(
  parts: ControlParts,
  { caller, period, signal }: { caller: Caller; period: Period; signal: AbortSignal },
): Promise<EvidenceDownload> {
  const { db } = parts.audit;
  const { organisationId, userId } = caller;
  const actor = actorOf(caller);
  const span = { from: period.from.toISOString(), to: period.to.toISOString() };
  await withOrganisation(db, organisationId, (tx) =>
    recordAct(tx, {
      organisationId,
      actor,
      act: 'controls.export',
      subject: { kind: 'controls', id: organisationId },
      after: span,
    }),
  );
  const verdict = await verifyTrail(parts.audit, { trail: organisationId, actor, head: undefined, signal });
  // What was recorded up to now, the check among it, is part of the period where that is not over yet.
  await parts.audit.sealing.now(organisationId);
  const about = await withOrganisation(db, organisationId, async (tx) => ({
    organisation: await findOrganisation(tx, organisationId),
    provider: await findProvider(tx, organisationId),
    by: await findMemberName(tx, userId),
  }));
  const exportedAt = new Date();
  const bytes = writeBundle({
    head: {
      kind: 'controls',
      organisation: { id: organisationId, name: about.organisation.name },
      case: null,
      createdAt: exportedAt.toISOString(),
      createdBy: { name: about.by },
      exhibits: [],
      period: span,
    },
    files: composeEvidence(parts, { organisationId, period, signal }, (counts) => ({
      version: 1,
      organisation: { id: organisationId, name: about.organisation.name, plan: about.organisation.plan },
      period: { ...span, isOver: period.to <= exportedAt },
      exportedAt: exportedAt.toISOString(),
      exportedBy: { id: userId, name: about.by, role: caller.role },
      serverVersion: parts.version,
      signIn: {
        secondFactorRequired: about.organisation.require_second_factor,
        singleSignOn: about.provider ?? null,
      },
      trail: showVerdict(verdict),
      files: counts,
    })),
    attest: (manifestSha256) =>
      parts.evidence.sign(
        organisationId,
        statementText({ organisationId, manifestSha256, time: new Date().toISOString() }),
      ),
    checksum: createNodeChecksum,
  });
  return {
    status: 200,
    // What fails in the middle destroys the stream, and with it the connection: half of an archive never looks whole.
    body: Readable.from(bytes, { objectMode: false }),
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="evidence-${span.from.slice(0, 10)}-${lastDay(period)}.proofpix.zip"`,
    },
  };
}

/** `to` is the first moment that does not belong to it. */
function lastDay({ to }: Period): string {
  return new Date(to.getTime() - 1).toISOString().slice(0, 10);
}

function showVerdict({ intact, checked, heads, head, fault }: AuditVerdict): EvidenceIndex['trail'] {
  return { intact, checked, heads, head, fault };
}

type Counts = EvidenceIndex['files'];
type About = { organisationId: string; period: Period; signal: AbortSignal };

async function* composeEvidence(
  { audit: { db }, folder }: ControlParts,
  about: About,
  makeIndex: (files: Counts) => EvidenceIndex,
): AsyncGenerator<NewFile> {
  await using opened = new AsyncDisposableStack();
  const spools = async <Name extends string>(names: readonly Name[]): Promise<Record<Name, Spool>> => {
    const made: [Name, Spool][] = [];
    for (const name of names) made.push([name, opened.use(await openSpool(folder))]);
    return Object.fromEntries(made) as Record<Name, Spool>; // one for each name
  };
  const [ofControls, ofStates] = [await spools(controlNames), await spools(stateNames)];
  await collectActs({ db, ...about }, ofControls);
  await collectStates({ db, ...about }, ofStates);

  yield textFile({ path: 'README.txt', role: 'readme' }, readme);
  const counts: Counts = [];
  for (const name of controlNames) {
    const path = `controls/${name}.jsonl`;
    counts.push({
      path,
      control: name,
      ...controls[name],
      criteria: [...controls[name].criteria],
      entries: ofControls[name].entries,
    });
    yield linesOf(path, headOf(name, name, controls[name], about.period, ofControls[name]), ofControls[name]);
  }
  for (const name of stateNames) {
    const path = `state/${name}.jsonl`;
    const { control, title, what } = states[name];
    counts.push({
      path,
      control,
      title,
      criteria: [...controls[control].criteria],
      what,
      entries: ofStates[name].entries,
    });
    yield linesOf(path, headOf(name, control, states[name], about.period, ofStates[name]), ofStates[name]);
  }
  const index = makeIndex(counts);
  yield documentFile({ path: 'index.json', role: 'index' }, index as unknown as Json); // texts, numbers and nothing else
  yield textFile({ path: 'index.html', role: 'index' }, indexPage(index));
}

/** The first line of a file. Where nothing was recorded it says so, with the span that was asked for. */
function headOf(
  name: ControlName | StateName,
  control: ControlName,
  { title, what }: { title: string; what: string },
  { from, to }: Period,
  { entries }: Spool,
) {
  const span = { from: from.toISOString(), to: to.toISOString() };
  return {
    type: 'evidence',
    version: 1,
    name,
    control,
    title,
    what,
    criteria: controls[control].criteria,
    ...span,
    entries,
    ...(entries === 0 ? { says: `Nothing was recorded from ${span.from} until before ${span.to}.` } : {}),
  };
}

function linesOf(path: string, head: object, spool: Spool): NewFile {
  return {
    path,
    role: 'control',
    async *open() {
      yield Buffer.from(`${JSON.stringify(head)}\n`);
      yield* spool.read();
    },
  };
}
