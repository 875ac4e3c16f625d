import { Readable } from 'node:stream';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { findMember, lockOwners } from '../../accounts/queries.ts';
import { requireSession } from '../../accounts/sessions/require-session.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import { kindsAboutPerson } from './queries.ts';
import { textInZip, writeZip, type ZipFile } from './write-zip.ts';

export type DataDownload = { status: 200; body: Readable; headers: Record<string, string> };

/** Everything that is kept about whoever asks, of all their organisations. @throws Problem session_required */
export async function exportSelf(db: Database, caller: Caller): Promise<DataDownload> {
  requireSession(caller);
  return exportPerson(db, caller, { userId: caller.userId, organisationId: null });
}

/**
 * What one organisation keeps about a member. Of an owner only another owner takes it: it holds where they sign in from.
 * @throws Problem member_not_found, access_denied
 */
export async function exportMember(db: Database, caller: Caller, userId: string): Promise<DataDownload> {
  const { organisationId } = caller;
  await asSystem(db, 'manage-members', async (tx) => {
    if ((await findMember(tx, { organisationId, userId })) === undefined) throw new Problem('member_not_found');
    const owners = await lockOwners(tx, organisationId);
    if (owners.includes(userId) && caller.role !== 'owner') throw new Problem('access_denied');
  });
  return exportPerson(db, caller, { userId, organisationId });
}

type Whose = { userId: string; organisationId: string | null };

async function exportPerson(db: Database, caller: Caller, whose: Whose): Promise<DataDownload> {
  await asSystem(db, 'manage-members', (tx) =>
    recordAct(tx, {
      organisationId: caller.organisationId,
      actor: actorOf(caller),
      act: 'person.export',
      subject: { kind: 'member', id: whose.userId },
    }),
  );
  const day = new Date().toISOString().slice(0, 10);
  return download(`personal-data-${day}.zip`, filesOf(db, whose));
}

/** One kind is in memory at a time. */
async function* filesOf(db: Database, whose: Whose): AsyncGenerator<ZipFile> {
  yield textInZip('README.txt', readme(whose.organisationId === null));
  for (const { file, rows } of kindsAboutPerson) {
    const found = await asSystem(db, 'manage-members', (tx) => rows(tx, whose));
    yield textInZip(file, `${JSON.stringify(found, null, 2)}\n`);
  }
}

function readme(whole: boolean): string {
  return [
    'What is kept about one person',
    '',
    whole ? 'On this server, in all organisations.' : 'By one organisation.',
    'Each file is JSON: a list with an entry for each thing that is kept. Times are UTC.',
    '',
    ...kindsAboutPerson.map(({ file, holds }) => `${file}\n  ${holds}`),
    '',
    'Secrets are not included: passwords, keys of the second factor, recovery codes and tokens are kept as hashes or',
    'sealed, and whether they exist stands in the files. Photos are not included: they belong to the organisation.',
    '',
  ].join('\n');
}

export function download(name: string, files: AsyncIterable<ZipFile>): DataDownload {
  return {
    status: 200,
    body: Readable.from(writeZip(files), { objectMode: false }),
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  };
}
