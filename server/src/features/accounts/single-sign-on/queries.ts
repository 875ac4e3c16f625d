import { sql } from 'kysely';
import type { Role } from '@proofpix/contract/access';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';

const columns = [
  'organisation_id',
  'issuer',
  'client_id',
  'client_secret',
  'domains',
  'default_role',
  'required',
  'updated_at',
] as const;

export type SettingsRow = NonNullable<Awaited<ReturnType<typeof findSettings>>>;

export async function findSettings(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('single_sign_on')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

/** Nobody changes them until the transaction ends. */
export async function holdSettings(tx: Tx, organisationId: string): Promise<SettingsRow | undefined> {
  return tx
    .selectFrom('single_sign_on')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .forShare()
    .executeTakeFirst();
}

/** Nobody else changes them until the transaction ends. */
export async function lockSettings(tx: Tx, organisationId: string): Promise<SettingsRow | undefined> {
  return tx
    .selectFrom('single_sign_on')
    .select(columns)
    .where('organisation_id', '=', organisationId)
    .forUpdate()
    .executeTakeFirst();
}

export async function isRequired(tx: Tx, organisationId: string): Promise<boolean> {
  const found = await tx
    .selectFrom('single_sign_on')
    .select('organisation_id')
    .where('organisation_id', '=', organisationId)
    .where('required', '=', true)
    .executeTakeFirst();
  return found !== undefined;
}

export type SettingsValues = {
  issuer: string;
  clientId: string;
  /** Sealed. */
  clientSecret: Uint8Array | null;
  domains: readonly string[];
  defaultRole: Exclude<Role, 'owner'>;
  required: boolean;
};

export async function putSettings(tx: Tx, organisationId: string, values: SettingsValues): Promise<SettingsRow> {
  const row = {
    issuer: values.issuer,
    client_id: values.clientId,
    client_secret: values.clientSecret,
    domains: jsonText([...values.domains]),
    default_role: values.defaultRole,
    required: values.required,
  };
  return tx
    .insertInto('single_sign_on')
    .values({ organisation_id: organisationId, ...row })
    .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(row))
    .returning(columns)
    .executeTakeFirstOrThrow();
}

export async function deleteSettings(tx: Tx, organisationId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('single_sign_on')
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export type FoundRow = { id: string; name: string; issuer: string };

function organisations(tx: Tx) {
  return tx
    .selectFrom('single_sign_on as s')
    .innerJoin('organisations as o', 'o.id', 's.organisation_id')
    .select(['o.id', 'o.name', 's.issuer']);
}

export async function findByName(tx: Tx, name: string): Promise<FoundRow | undefined> {
  return organisations(tx)
    .where(sql`lower(o.name)`, '=', name.toLowerCase())
    .executeTakeFirst();
}

/** At most two: more than one is as good as none. */
export async function findByDomain(tx: Tx, domain: string): Promise<FoundRow[]> {
  return organisations(tx)
    .where(sql<boolean>`s.domains @> ${jsonText([domain])}::jsonb`)
    .limit(2)
    .execute();
}

export type FlowRow = {
  organisation_id: string;
  secrets: Uint8Array;
  return_to: string;
  user_id: string | null;
  session_id: string | null;
};

export async function insertFlow(
  tx: Tx,
  flow: {
    organisationId: string;
    stateHash: Uint8Array;
    browserHash: Uint8Array;
    secrets: Uint8Array;
    returnTo: string;
    member: { userId: string; sessionId: string } | null;
    expiresAt: Date;
  },
): Promise<void> {
  await tx
    .insertInto('single_sign_on_flows')
    .values({
      organisation_id: flow.organisationId,
      state_hash: flow.stateHash,
      browser_hash: flow.browserHash,
      secrets: flow.secrets,
      return_to: flow.returnTo,
      user_id: flow.member?.userId ?? null,
      session_id: flow.member?.sessionId ?? null,
      expires_at: flow.expiresAt,
    })
    .execute();
}

export async function deleteExpiredFlows(tx: Tx): Promise<void> {
  await tx
    .deleteFrom('single_sign_on_flows')
    .where('expires_at', '<', sql<Date>`clock_timestamp()`)
    .execute();
}

export async function deleteFlows(tx: Tx, organisationId: string): Promise<void> {
  await tx.deleteFrom('single_sign_on_flows').where('organisation_id', '=', organisationId).execute();
}

/** Counts once, and only for the browser that began: another one does not even use it up. */
export async function takeFlow(
  tx: Tx,
  flow: { organisationId: string; stateHash: Uint8Array; browserHash: Uint8Array },
): Promise<FlowRow | undefined> {
  return tx
    .deleteFrom('single_sign_on_flows')
    .where('state_hash', '=', flow.stateHash)
    .where('browser_hash', '=', flow.browserHash)
    .where('organisation_id', '=', flow.organisationId)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['organisation_id', 'secrets', 'return_to', 'user_id', 'session_id'])
    .executeTakeFirst();
}

/** As many as a page shows: the oldest are still blocked, and lifted by an invitation. */
const mostBlocks = 1_000;

type Identity = { organisationId: string; issuer: string; subject: string };

export async function findIdentity(
  tx: Tx,
  identity: Identity,
): Promise<{ user_id: string; managed: boolean } | undefined> {
  return tx
    .selectFrom('single_sign_on_identities as i')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .select(['i.user_id', sql<boolean>`u.managed_by is not null`.as('managed')])
    .where('i.organisation_id', '=', identity.organisationId)
    .where('i.issuer', '=', identity.issuer)
    .where('i.subject', '=', identity.subject)
    .executeTakeFirst();
}

export async function insertIdentity(tx: Tx, identity: Identity & { userId: string }): Promise<void> {
  await tx
    .insertInto('single_sign_on_identities')
    .values({
      organisation_id: identity.organisationId,
      issuer: identity.issuer,
      subject: identity.subject,
      user_id: identity.userId,
    })
    .execute();
}

/** Whoever connects another person at the provider gives up the one before. */
export async function deleteIdentities(tx: Tx, organisationId: string, userId: string): Promise<void> {
  await tx
    .deleteFrom('single_sign_on_identities')
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .execute();
}

export async function countIdentities(tx: Tx, organisationId: string, issuer: string): Promise<number> {
  const { count } = await tx
    .selectFrom('single_sign_on_identities')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('issuer', '=', issuer)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type BlockRow = { id: string; email: string; name: string; created_at: Date };

/** Whoever a member is at the providers of the organisation does not come back by them. Gives how many that are. */
export async function blockIdentities(tx: Tx, organisationId: string, userId: string): Promise<number> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('single_sign_on_blocks')
    .columns(['organisation_id', 'issuer', 'subject', 'email', 'name'])
    .expression((eb) =>
      eb
        .selectFrom('single_sign_on_identities as i')
        .innerJoin('users as u', 'u.id', 'i.user_id')
        .select(['i.organisation_id', 'i.issuer', 'i.subject', 'u.email', 'u.name'])
        .where('i.organisation_id', '=', organisationId)
        .where('i.user_id', '=', userId),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows ?? 0);
}

export async function isBlocked(tx: Tx, identity: Identity): Promise<boolean> {
  const found = await tx
    .selectFrom('single_sign_on_blocks')
    .select('id')
    .where('organisation_id', '=', identity.organisationId)
    .where('issuer', '=', identity.issuer)
    .where('subject', '=', identity.subject)
    .executeTakeFirst();
  return found !== undefined;
}

export async function listBlocks(tx: Tx, organisationId: string): Promise<BlockRow[]> {
  return tx
    .selectFrom('single_sign_on_blocks')
    .select(['id', 'email', 'name', 'created_at'])
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostBlocks)
    .execute();
}

export async function deleteBlock(tx: Tx, organisationId: string, id: string): Promise<BlockRow | undefined> {
  return tx
    .deleteFrom('single_sign_on_blocks')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .returning(['id', 'email', 'name', 'created_at'])
    .executeTakeFirst();
}

/** Whoever invites somebody again wants them back. */
export async function deleteBlocksOf(tx: Tx, organisationId: string, email: string): Promise<void> {
  await tx
    .deleteFrom('single_sign_on_blocks')
    .where('organisation_id', '=', organisationId)
    .where('email', '=', email)
    .execute();
}

/** Two who come for the first time with one identity, as when somebody clicks twice: the second finds what the first made. */
export async function lockIdentity(tx: Tx, { organisationId, issuer, subject }: Identity): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${organisationId}\n${issuer}\n${subject}`}, 7020214))`.execute(
    tx,
  );
}

/** Never the one of an account: the provider vouches for its own people alone. */
export async function insertManagedUser(
  tx: Tx,
  user: { organisationId: string; email: string; name: string },
): Promise<string> {
  const { id } = await tx
    .insertInto('users')
    .values({ email: user.email, name: user.name, managed_by: user.organisationId, email_verified_at: new Date() })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function updateManagedUser(
  tx: Tx,
  user: { id: string; organisationId: string; email: string; name: string },
): Promise<void> {
  await tx
    .updateTable('users')
    .set({ email: user.email, name: user.name })
    .where('id', '=', user.id)
    .where('managed_by', '=', user.organisationId)
    .execute();
}

/** Whether a member of the organisation has an account of their own with this address. */
export async function hasOwnAccount(tx: Tx, organisationId: string, email: string): Promise<boolean> {
  const found = await tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select('u.id')
    .where('m.organisation_id', '=', organisationId)
    .where('u.email', '=', email)
    .where('u.managed_by', 'is', null)
    .executeTakeFirst();
  return found !== undefined;
}
