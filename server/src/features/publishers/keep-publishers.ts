import { randomBytes } from 'node:crypto';
import type { NewPublisher, Publisher, PublisherChange, PublisherProfile } from '@proofpix/contract/api/publishers';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { isOneSlip, skeletonOf } from '@proofpix/contract/look-alike';
import { reservedPublishers } from '@proofpix/contract/publishing';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import {
  countPublishers,
  findNamesLike,
  findOrganisation,
  findPublisher,
  insertPublisher,
  listOffered,
  listPublishers,
  setOffer,
  setOwner,
  updatePublisher,
  withdrawOpen,
  type PublisherRow,
} from './queries.ts';

type Owned = { organisationId: string; name: string; actor: Actor };

export async function readPublishers(
  db: Database,
  organisationId: string,
): Promise<{ items: Publisher[]; offered: PublisherProfile[] }> {
  return asSystem(db, 'publishers', async (tx) => ({
    items: (await listPublishers(tx, organisationId)).map(showPublisher),
    offered: (await listOffered(tx, organisationId)).map(showProfile),
  }));
}

/** @throws Problem publisher_not_found */
export async function readProfile(db: Database, name: string): Promise<PublisherProfile> {
  const row = await asSystem(db, 'publishers', (tx) => findPublisher(tx, name));
  if (row === undefined) throw new Problem('publisher_not_found');
  return showProfile(row);
}

/**
 * A name is for good: plugins that were installed under it must never become somebody else's.
 * @throws Problem publisher_name_taken, too_many_publishers, invalid_request
 */
export async function takeName(
  db: Database,
  { organisationId, actor, wanted }: { organisationId: string; actor: Actor; wanted: NewPublisher },
): Promise<Publisher> {
  const { name, ...profile } = wanted;
  checkProfile(profile);
  const skeleton = skeletonOf(name);
  if (reservedPublishers.some((reserved) => skeletonOf(reserved) === skeleton || isOneSlip(name, reserved)))
    throw new Problem('publisher_name_taken');
  return asSystem(db, 'publishers', async (tx) => {
    if ((await countPublishers(tx, organisationId)) >= limits.publishersOfOrganisation)
      throw new Problem('too_many_publishers');
    if ((await findNamesLike(tx, name)).some((taken) => taken === name || isOneSlip(name, taken)))
      throw new Problem('publisher_name_taken');
    const row = { name, organisationId, skeleton, challenge: newChallenge(name), profile };
    if (!(await insertPublisher(tx, row))) throw new Problem('publisher_name_taken');
    await record(tx, { organisationId, name, actor }, 'publisher.create', { displayName: profile.displayName });
    return showPublisher(await ownPublisher(tx, { organisationId, name }));
  });
}

/** @throws Problem publisher_not_found, invalid_request */
export async function changeProfile(db: Database, owned: Owned, profile: PublisherChange): Promise<Publisher> {
  checkProfile(profile);
  return asSystem(db, 'publishers', async (tx) => {
    await ownPublisher(tx, owned);
    await updatePublisher(tx, owned.name, profile);
    await record(tx, owned, 'publisher.change', { displayName: profile.displayName });
    return showPublisher(await ownPublisher(tx, owned));
  });
}

/**
 * To whoever has this name. It answers alike where nobody has: a list of names must not tell who uses this server.
 * @throws Problem publisher_not_found
 */
export async function offerPublisher(db: Database, owned: Owned, organisation: string | null): Promise<Publisher> {
  return asSystem(db, 'publishers', async (tx) => {
    await ownPublisher(tx, owned);
    const id = organisation === null ? null : ((await findOrganisation(tx, organisation)) ?? null);
    const to = organisation === null ? null : { id: id === owned.organisationId ? null : id, name: organisation };
    await setOffer(tx, owned.name, to);
    await record(tx, owned, 'publisher.offer', { to: organisation });
    return showPublisher(await ownPublisher(tx, owned));
  });
}

/** Both sides have it in their trails. @throws Problem publisher_not_found, too_many_publishers */
export async function acceptPublisher(db: Database, { organisationId, name, actor }: Owned): Promise<Publisher> {
  return asSystem(db, 'publishers', async (tx) => {
    const row = await findPublisher(tx, name);
    if (row?.offered_to !== organisationId) throw new Problem('publisher_not_found');
    if ((await countPublishers(tx, organisationId)) >= limits.publishersOfOrganisation)
      throw new Problem('too_many_publishers');
    await withdrawOpen(tx, name);
    await setOwner(tx, { name, organisationId, challenge: newChallenge(name) });
    await record(tx, { organisationId, name, actor }, 'publisher.take-over', { from: row.organisation_id });
    if (row.organisation_id !== null) {
      const before = { organisationId: row.organisation_id, name, actor: { kind: 'system', id: 'transfer' } } as const;
      await record(tx, before, 'publisher.hand-over', { to: organisationId });
    }
    return showPublisher(await ownPublisher(tx, { organisationId, name }));
  });
}

/** What belongs to another organisation is as good as missing. @throws Problem publisher_not_found */
export async function ownPublisher(
  tx: Tx,
  { organisationId, name }: { organisationId: string; name: string },
): Promise<PublisherRow> {
  const row = await findPublisher(tx, name);
  if (row?.organisation_id !== organisationId) throw new Problem('publisher_not_found');
  return row;
}

type PublisherAct =
  | 'publisher.create'
  | 'publisher.change'
  | 'publisher.verify'
  | 'publisher.offer'
  | 'publisher.take-over'
  | 'publisher.hand-over';

export async function record(
  tx: Tx,
  { organisationId, name, actor }: Owned,
  act: PublisherAct,
  after: { readonly [field: string]: string | null },
): Promise<void> {
  await recordAct(tx, { organisationId, actor, act, subject: { kind: 'publisher', id: name }, after });
}

function newChallenge(name: string): string {
  return `proofpix-publisher=${name}.${randomBytes(16).toString('hex')}`;
}

/** Links are shown to everybody: no other scheme than those of pages and mails. @throws Problem invalid_request */
function checkProfile({ website, support }: PublisherChange): void {
  if (website != null && !isPage(website)) throw wrong('/website', 'must be an address that begins with https://');
  const isMail = (text: string) => /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(text);
  if (support != null && !isPage(support) && !isMail(support))
    throw wrong('/support', 'must be an address that begins with https://, or an e-mail address');
}

function isPage(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:' && new URL(text).username === '';
}

export function wrong(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}

export function showProfile(row: PublisherRow): PublisherProfile {
  return {
    name: row.name,
    displayName: row.display_name,
    description: row.description,
    website: row.website,
    support: row.support,
    verified:
      row.verified_domain === null || row.verified_by === null || row.verified_at === null
        ? null
        : { domain: row.verified_domain, by: row.verified_by, at: row.verified_at.toISOString() },
    plugins: Number(row.plugins),
    since: row.created_at.toISOString(),
  };
}

export function showPublisher(row: PublisherRow): Publisher {
  return { ...showProfile(row), challenge: row.challenge, offeredTo: row.offered_name };
}
