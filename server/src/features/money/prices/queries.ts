import type { Selectable } from 'kysely';
import type { Price } from '@proofpix/contract/money/prices';
import type { Tables } from '../../../db/tables.ts';
import type { Tx } from '../../../db/tenancy.ts';

export type PriceRow = Selectable<Tables['plugin_prices']>;
type Named = { publisher: string; pluginId: string };

/** The one in force, or in force at a moment. */
export async function findPrice(tx: Tx, { publisher, pluginId }: Named, at?: Date): Promise<PriceRow | undefined> {
  let prices = tx
    .selectFrom('plugin_prices')
    .selectAll()
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId);
  if (at !== undefined) prices = prices.where('created_at', '<=', at);
  return prices.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
}

export async function findPriceById(tx: Tx, id: string): Promise<PriceRow | undefined> {
  return tx.selectFrom('plugin_prices').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Of each plugin the one in force. */
export async function listPrices(tx: Tx, publisher: string): Promise<PriceRow[]> {
  return tx
    .selectFrom('plugin_prices')
    .selectAll()
    .distinctOn('plugin_id')
    .where('publisher', '=', publisher)
    .orderBy('plugin_id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

export async function insertPrice(tx: Tx, { publisher, pluginId, price }: Named & { price: Price }): Promise<void> {
  const { kind, amount, currency, trialDays } = price;
  await tx
    .insertInto('plugin_prices')
    // By the clock that says when plugins are installed: the two are compared.
    .values({ publisher, plugin_id: pluginId, kind, amount, currency, trial_days: trialDays, created_at: new Date() })
    .execute();
}

export type SettingsRow = Selectable<Tables['money_settings']>;

export async function readSettings(tx: Tx): Promise<SettingsRow> {
  return tx.selectFrom('money_settings').selectAll().executeTakeFirstOrThrow();
}

export async function listTaxes(tx: Tx): Promise<{ country: string; basis_points: number }[]> {
  return tx.selectFrom('tax_rates').selectAll().orderBy('country').execute();
}

export async function writeSettings(
  tx: Tx,
  settings: Pick<SettingsRow, 'fee_basis_points' | 'refund_days' | 'licence_grace_days'>,
  taxes: readonly { country: string; basis_points: number }[],
): Promise<void> {
  await tx.updateTable('money_settings').set(settings).execute();
  await tx.deleteFrom('tax_rates').execute();
  if (taxes.length > 0) await tx.insertInto('tax_rates').values(taxes).execute();
}

/** The next number of an invoice: whoever takes one keeps others waiting until it is written, so that none is left out. */
export async function nextInvoice(tx: Tx): Promise<number> {
  const { last_invoice } = await tx
    .updateTable('money_settings')
    .set((row) => ({ last_invoice: row('last_invoice', '+', 1) }))
    .returning('last_invoice')
    .executeTakeFirstOrThrow();
  return last_invoice;
}
