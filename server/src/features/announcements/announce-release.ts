import type { Tx } from '../../db/tenancy.ts';
import { nobody, type Queue } from '../../queue.ts';
import { findPublisher } from '../publishers/queries.ts';
import { insertAnnouncement } from './queries.ts';

type Released = { publisher: string; pluginId: string; version: string; name: string };

/** Tells followers of a release, in the transaction that makes it. */
export async function announceRelease(tx: Tx, queue: Queue, { name, ...released }: Released): Promise<void> {
  const { id } = await insertAnnouncement(tx, {
    ...released,
    organisationId: (await findPublisher(tx, released.publisher))?.organisation_id ?? null,
    kind: 'release',
    title: name.slice(0, 120),
    text: '',
  });
  await queue.send(tx, 'announcement', { organisationId: nobody, id });
}
