import { Problem } from '@proofpix/contract/errors';
import type { Tx } from '../../../db/tenancy.ts';
import { findSettings } from './queries.ts';

/** A pin is to one exact text: what stands behind a `+` is other content. @throws Problem version_pinned */
export async function refusePinned(tx: Tx, installationId: string, version: string): Promise<void> {
  const { pin } = await findSettings(tx, installationId);
  if (pin !== null && pin !== version) throw new Problem('version_pinned', `It is pinned to ${pin}.`);
}
