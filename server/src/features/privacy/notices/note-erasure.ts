import { randomUUID } from 'node:crypto';
import type { EraseEvent } from '@proofpix/contract/erase-event';
import type { Tx } from '../../../db/tenancy.ts';
import type { Queue } from '../../../queue.ts';
import { insertNotice } from './queries.ts';

/** Has plugins told what to forget, once the transaction that forgets it is committed. */
export async function noteErasure(tx: Tx, queue: Queue, organisationId: string, event: EraseEvent): Promise<void> {
  const id = randomUUID();
  await insertNotice(tx, { id, organisationId, event });
  await queue.send(tx, 'erase-notice', { organisationId, id });
}
