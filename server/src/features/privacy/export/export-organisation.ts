import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { requireSession } from '../../accounts/sessions/require-session.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import { storagePurpose } from '../../plugins/storage/keep-storage.ts';
import type { PrivacyParts } from '../parts.ts';
import { download, type DataDownload } from './export-person.ts';
import { findOwnedTables, isExported, leftOut, listObjects, readMembersAndName, readRows } from './queries.ts';
import { textInZip, type ZipFile } from './write-zip.ts';

type Parts = Pick<PrivacyParts, 'db' | 'keys' | 'objects'>;

/** Bounds what is in memory: a part of a table, as it stands in one file. */
const rowsOfPart = 1_000;

/** Every table, photo, report and package of an organisation as a stream. @throws Problem session_required */
export async function exportOrganisation(parts: Parts, caller: Caller): Promise<DataDownload> {
  requireSession(caller);
  const { organisationId } = caller;
  await asSystem(parts.db, 'manage-members', (tx) =>
    recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'organisation.export',
      subject: { kind: 'organisation', id: organisationId },
    }),
  );
  return download(`organisation-${new Date().toISOString().slice(0, 10)}.zip`, filesOf(parts, organisationId));
}

async function* filesOf(parts: Parts, organisationId: string): AsyncGenerator<ZipFile> {
  const { db, objects } = parts;
  yield textInZip('README.txt', readme());
  const known = await asSystem(db, 'manage-members', (tx) => readMembersAndName(tx, organisationId));
  yield textInZip('organisation.json', `${JSON.stringify(known, null, 2)}\n`);
  const tables = await asSystem(db, 'manage-members', findOwnedTables);
  for (const { table, columns } of tables) {
    const shown = columns.filter((column) => isExported(table, column));
    if (shown.length > 0) yield* partsOf(parts, { table, columns: shown }, organisationId);
  }
  yield* partsOf(parts, { table: 'plugin_storage', columns: [] }, organisationId);
  let after = '';
  for (;;) {
    const from = after;
    const page = await asSystem(db, 'manage-members', (tx) =>
      listObjects(tx, { organisationId, after: from, limit: rowsOfPart }),
    );
    for (const { sha256 } of page) {
      // Deleted since the page was read: then it is not there to be taken along.
      if ((await objects.size(organisationId, sha256)) === undefined) continue;
      yield {
        path: `objects/${sha256}`,
        open: async function* () {
          yield* await objects.stream(organisationId, sha256);
        },
      };
    }
    after = page.at(-1)?.sha256 ?? '';
    if (page.length < rowsOfPart) return;
  }
}

/** Lines of JSON, some hundred rows a file. */
async function* partsOf(
  { db, keys }: Parts,
  { table, columns }: { table: string; columns: readonly string[] },
  organisationId: string,
): AsyncGenerator<ZipFile> {
  const stored = columns.length === 0;
  const wanted = stored ? ['installation_id', 'key', 'value', 'updated_at'] : columns;
  let after = '(0,0)';
  for (let part = 1; ; part += 1) {
    const from = after;
    const rows = await asSystem(db, 'manage-members', (tx) =>
      readRows(tx, { table, columns: wanted }, { organisationId, after: from, limit: rowsOfPart }),
    );
    const lines = rows.map(({ row }) => {
      if (!stored) return JSON.stringify(row);
      const { installation_id: id, key, value } = row as { installation_id: string; key: string; value: string };
      const sealed = new Uint8Array(Buffer.from(value.slice(2), 'hex')); // after \x
      const plain = Buffer.from(keys.open(sealed, storagePurpose({ id, organisationId }, key))).toString();
      return JSON.stringify({ ...row, value: plain });
    });
    const name = stored ? 'plugin_storage_values' : table;
    if (lines.length > 0)
      yield textInZip(`tables/${name}-${String(part).padStart(5, '0')}.jsonl`, `${lines.join('\n')}\n`);
    if (rows.length < rowsOfPart) return;
    after = rows.at(-1)?.place ?? from;
  }
}

function readme(): string {
  return [
    'Everything of one organisation',
    '',
    'organisation.json   the organisation and its members',
    'tables/             a table of the database each, as lines of JSON; a long one in several files',
    'tables/plugin_storage_values-*   what plugins remember, opened',
    'objects/            photos, derived files, reports and packages of plugins by their SHA-256; the tables files,',
    '                    run_files and export_files say what they are called, plugins, plugin_restore_points and',
    '                    submissions whose packages they are (archive_digest)',
    '',
    'Left out, since they are secrets or proofs of secrets:',
    ...leftOut.map((name) => `  ${name}`),
    'and the tables of sign-ins that are under way.',
    '',
  ].join('\n');
}
