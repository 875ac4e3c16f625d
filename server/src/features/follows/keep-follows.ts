import { mostFollows, type Follow } from '@proofpix/contract/community/follows';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { countFollows, deleteFollow, listFollows, namesOf, setFollow } from './queries.ts';

type Member = { organisationId: string; userId: string };

/** Whom somebody follows belongs to the membership: it says nothing to the other organisations that they are in. */
export async function readFollows(db: Database, member: Member): Promise<Follow[]> {
  const rows = await withOrganisation(db, member.organisationId, (tx) => listFollows(tx, member));
  const names = await asSystem(db, 'publishers', (tx) =>
    namesOf(
      tx,
      rows.map(({ publisher }) => publisher),
    ),
  );
  return rows.map((row) => ({
    publisher: row.publisher,
    displayName: names.get(row.publisher) ?? row.publisher,
    choice: row.choice,
    since: row.created_at.toISOString(),
  }));
}

/** @throws Problem publisher_not_found, too_many_follows */
export async function chooseFollow(
  db: Database,
  member: Member,
  { publisher, choice }: { publisher: string; choice: 'follows' | 'muted' | 'none' },
): Promise<Follow[]> {
  const names = await asSystem(db, 'publishers', (tx) => namesOf(tx, [publisher]));
  if (!names.has(publisher)) throw new Problem('publisher_not_found');
  await withOrganisation(db, member.organisationId, async (tx) => {
    if (choice === 'none') return deleteFollow(tx, member, publisher);
    if ((await countFollows(tx, member)) >= mostFollows) throw new Problem('too_many_follows');
    return setFollow(tx, member, { publisher, choice });
  });
  return readFollows(db, member);
}
