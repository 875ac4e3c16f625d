import { sql } from 'kysely';
import type { PackageRules } from '@proofpix/contract/api/accounts';
import type { SignatureMark } from '@proofpix/contract/trust';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import type { State } from '../queries.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

export async function findRules(tx: Tx, organisationId: string): Promise<PackageRules | null> {
  const row = await tx
    .selectFrom('organisation_package_rules')
    .select('unsigned_packages')
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return row ? { unsignedPackages: row.unsigned_packages } : null;
}

export async function saveRules(
  tx: Tx,
  { organisationId, rules, actor }: { organisationId: string; rules: PackageRules; actor: Actor },
): Promise<void> {
  const values = { unsigned_packages: rules.unsignedPackages, updated_by: userOf(actor) };
  await tx
    .insertInto('organisation_package_rules')
    .values({ organisation_id: organisationId, ...values })
    .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(values))
    .execute();
}

/** Of the package that is installed; false when it is another by now. */
export async function saveSignature(
  tx: Tx,
  { id, digest, mark, file }: { id: string; digest: string; mark: SignatureMark; file: string },
): Promise<boolean> {
  const saved = await tx
    .updateTable('plugins')
    .set({ signature: jsonText(mark), signature_file: file })
    .where('id', '=', id)
    .where('digest', '=', digest)
    .returning('id')
    .executeTakeFirst();
  return saved !== undefined;
}

/** The file that was given with the package; undefined where there is no such plugin. */
export async function findSignatureFile(tx: Tx, pluginId: string): Promise<string | null | undefined> {
  const row = await tx
    .selectFrom('plugins')
    .select('signature_file')
    .where('plugin_id', '=', pluginId)
    .executeTakeFirst();
  return row === undefined ? undefined : row.signature_file;
}

/** What entries of a kill list may be about: their values, by what they are compared with. */
export type Named = { digests: string[]; plugins: string[]; publishers: string[]; keyIds: string[] };

/**
 * Of all organisations, only as system: installations that an entry may name, and those that one has named. More than are
 * named: who exactly is, one rule decides for all.
 */
export async function findSuspects(tx: Tx, { digests, plugins, publishers, keyIds }: Named) {
  const list = (values: readonly string[]) =>
    sql`(select value from jsonb_array_elements_text(${jsonText(values)}::jsonb))`;
  return tx
    .selectFrom('plugins')
    .select(['id', 'organisation_id', 'plugin_id'])
    .where(
      sql<boolean>`(killed is not null or digest in ${list(digests)} or plugin_id in ${list(plugins)}
        or publisher in ${list(publishers)} or signature ->> 'publisher' in ${list(publishers)}
        or signature -> 'keyIds' ?| array${list(keyIds)} or signature -> 'countersigned' -> 'keyIds' ?| array${list(keyIds)})`,
    )
    .orderBy('id')
    .execute();
}

/** What the kill list says of it from now on; null: nothing any more. */
export async function setKilled(
  tx: Tx,
  { id, killed, state, reason }: { id: string; killed: string | null; state: State; reason: string | null },
): Promise<void> {
  await tx.updateTable('plugins').set({ killed, state, state_reason: reason }).where('id', '=', id).execute();
}
