import { Problem } from '@proofpix/contract/errors';
import { wrongPrice, type Price } from '@proofpix/contract/money/prices';
import { asSystem } from '../../../db/tenancy.ts';
import { recordAct, type Actor } from '../../audit/record-act.ts';
import { ownPublisher } from '../../publishers/keep-publishers.ts';
import { listReleases } from '../../releases/queries.ts';
import type { MoneyParts } from '../parts.ts';
import { findPrice, insertPrice, listPrices, type PriceRow } from './queries.ts';

type Owned = { organisationId: string; actor: Actor; publisher: string; pluginId: string };

/** From now on: whoever bought it, or has it because it was free, keeps that. @throws Problem publisher_not_found, release_not_found, invalid_request */
export async function setPrice({ db }: Pick<MoneyParts, 'db'>, owned: Owned, price: Price): Promise<Price> {
  const wrong = wrongPrice(price);
  if (wrong !== null) throw new Problem('invalid_request', undefined, [wrong]);
  const { organisationId, actor, publisher, pluginId } = owned;
  return asSystem(db, 'money', async (tx) => {
    await ownPublisher(tx, { organisationId, name: publisher });
    // A name that nothing was released under may become somebody else's plugin.
    if ((await listReleases(tx, owned)).length === 0) throw new Problem('release_not_found');
    const before = await findPrice(tx, owned);
    await insertPrice(tx, { publisher, pluginId, price });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'price.set',
      subject: { kind: 'plugin', id: `${publisher}/${pluginId}` },
      ...(before === undefined ? {} : { before: { ...showPrice(before) } }),
      after: { ...price },
    });
    return price;
  });
}

/** @throws Problem publisher_not_found */
export async function readPrices(
  { db }: Pick<MoneyParts, 'db'>,
  { organisationId, publisher }: Pick<Owned, 'organisationId' | 'publisher'>,
): Promise<{ plugin: string; price: Price }[]> {
  return asSystem(db, 'money', async (tx) => {
    await ownPublisher(tx, { organisationId, name: publisher });
    return (await listPrices(tx, publisher)).map((row) => ({ plugin: row.plugin_id, price: showPrice(row) }));
  });
}

export function showPrice({ kind, amount, currency, trial_days: trialDays }: PriceRow): Price {
  return { kind, amount, currency, trialDays };
}
