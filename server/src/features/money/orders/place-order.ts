import type { Licence, Offer, Order } from '@proofpix/contract/api/purchases';
import { Problem } from '@proofpix/contract/errors';
import { feeOn, taxOn, type Currency } from '@proofpix/contract/money/prices';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import type { Caller } from '../../../http/bind.ts';
import { listReleases, releaseSource } from '../../releases/queries.ts';
import { issueLicence } from '../licences/issue-licence.ts';
import { showLicence } from '../licences/show-licence.ts';
import { findLicence, listLicences, type LicenceKey } from '../licences/queries.ts';
import type { MoneyParts } from '../parts.ts';
import { showPrice } from '../prices/keep-prices.ts';
import { findPrice, findPriceById, listTaxes, nextInvoice, readSettings, type PriceRow } from '../prices/queries.ts';
import {
  changeOrder,
  insertOrder,
  listOrdersOf,
  listStanding,
  lockCustomer,
  lockOrder,
  type OrderRow,
} from './queries.ts';
import { showInvoice, showOrder } from './show-order.ts';

type Named = { publisher: string; pluginId: string };

/** @throws Problem release_not_found */
export async function readOffer(
  { db, licences, payments }: Pick<MoneyParts, 'db' | 'licences' | 'payments'>,
  organisationId: string,
  named: Named,
): Promise<Offer> {
  return asSystem(db, 'money', async (tx) => {
    await released(tx, named);
    const price = await findPrice(tx, named);
    const licence = await findLicence(tx, keyOf(organisationId, named));
    const agreed = await agreedPrice(tx, organisationId, named);
    const tried = licence !== undefined;
    return {
      price: price === undefined ? null : showPrice(price),
      agreed: agreed === undefined ? null : showPrice(agreed),
      trial: price === undefined || price.trial_days === 0 ? 'none' : tried ? 'used' : 'open',
      licence: licence === undefined ? null : showLicence(licences, licence),
      countries: (await listTaxes(tx)).map(({ country }) => country),
      byStripe: payments !== undefined,
    };
  });
}

export async function readPurchases(
  { db, licences }: Pick<MoneyParts, 'db' | 'licences'>,
  organisationId: string,
): Promise<{ orders: Order[]; licences: Licence[] }> {
  return asSystem(db, 'money', async (tx) => ({
    orders: (await listOrdersOf(tx, organisationId)).map(showOrder),
    licences: (await listLicences(tx, organisationId)).map((row) => showLicence(licences, row)),
  }));
}

export type Wish = {
  publisher: string;
  plugin: string;
  country: string;
  method: 'invoice' | 'stripe';
  expected: { amount: number; currency: Currency };
};

/**
 * An invoice with its number, or a checkout. Nothing is licensed before it is paid.
 * @throws Problem release_not_found, plugin_not_sold, price_changed, order_exists, country_not_served, payment_failed
 */
export async function placeOrder(
  { db, payments, ownUrl }: Pick<MoneyParts, 'db' | 'payments' | 'ownUrl'>,
  caller: Caller,
  wish: Wish,
): Promise<{ order: Order; url: string | null }> {
  if (wish.method === 'stripe' && payments === undefined)
    throw new Problem('invalid_request', undefined, [
      { field: '/method', message: 'must be "invoice" on this server' },
    ]);
  const row = await asSystem(db, 'money', (tx) => insert(tx, caller, wish));
  if (wish.method === 'invoice' || payments === undefined) return { order: showOrder(row), url: null };
  try {
    const { url, session } = await payments.checkout({
      orderId: row.id,
      name: `${row.publisher}/${row.plugin_id} · ${showInvoice(row.invoice_number)}`,
      total: row.net + row.tax,
      currency: row.currency,
      returnUrl: `${ownUrl()}/subscription`,
    });
    const kept = await asSystem(db, 'money', (tx) => changeOrder(tx, row.id, { stripe_session: session }));
    return { order: showOrder(kept), url };
  } catch (error) {
    // There is no way to pay it: it must not keep the next one from being ordered.
    await asSystem(db, 'money', (tx) => changeOrder(tx, row.id, { state: 'cancelled' }));
    throw error;
  }
}

async function insert(tx: Tx, caller: Caller, wish: Wish): Promise<OrderRow> {
  const { organisationId } = caller;
  const named = { publisher: wish.publisher, pluginId: wish.plugin };
  await lockCustomer(tx, organisationId);
  await released(tx, named);
  const price = (await agreedPrice(tx, organisationId, named)) ?? (await findPrice(tx, named));
  if (price === undefined || price.kind === 'free') throw new Problem('plugin_not_sold');
  const { kind } = price;
  if (price.amount !== wish.expected.amount || price.currency !== wish.expected.currency)
    throw new Problem('price_changed');
  const standing = await listStanding(tx, organisationId, named);
  if (standing.some((order) => order.state === 'open' || order.kind === 'one-time')) throw new Problem('order_exists');
  const tax = (await listTaxes(tx)).find(({ country }) => country === wish.country);
  if (tax === undefined) throw new Problem('country_not_served');
  const { fee_basis_points: fee } = await readSettings(tx);
  const row = await insertOrder(tx, {
    organisation_id: organisationId,
    publisher: wish.publisher,
    plugin_id: wish.plugin,
    price_id: price.id,
    kind,
    currency: price.currency,
    net: price.amount,
    tax: taxOn(price.amount, tax.basis_points),
    fee: feeOn(price.amount, fee),
    country: wish.country,
    method: wish.method,
    invoice_number: await nextInvoice(tx),
  });
  await recordAct(tx, {
    organisationId,
    actor: actorOf(caller),
    act: 'order.create',
    subject: { kind: 'order', id: row.id },
    after: { plugin: `${row.publisher}/${row.plugin_id}`, net: row.net, tax: row.tax, currency: row.currency },
  });
  return row;
}

/** Once for each organisation: the row of it stays, whatever becomes of the plugin. @throws Problem release_not_found, plugin_not_sold, trial_used */
export async function beginTrial(
  parts: Pick<MoneyParts, 'db' | 'trust' | 'licences'>,
  caller: Caller,
  named: Named,
): Promise<Licence> {
  const { organisationId } = caller;
  const key = keyOf(organisationId, named);
  return asSystem(parts.db, 'money', async (tx) => {
    await lockCustomer(tx, organisationId);
    await released(tx, named);
    const price = await findPrice(tx, named);
    if (price === undefined || price.kind === 'free') throw new Problem('plugin_not_sold');
    if (price.trial_days === 0 || (await findLicence(tx, key)) !== undefined) throw new Problem('trial_used');
    const began = new Date(parts.licences.now());
    const until = new Date(began.getTime() + price.trial_days * 86_400_000);
    await issueLicence(tx, parts, key, { kind: 'trial', until, orderId: null, trialBeganAt: began });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'trial.begin',
      subject: { kind: 'plugin', id: `${named.publisher}/${named.pluginId}` },
      after: { until: until.toISOString() },
    });
    const row = await findLicence(tx, key);
    if (row === undefined) throw new Error('The licence that was written is not there.');
    return showLicence(parts.licences, row);
  });
}

/** @throws Problem order_not_found, order_state */
export async function cancelOrder({ db }: Pick<MoneyParts, 'db'>, caller: Caller, id: string): Promise<Order> {
  return asSystem(db, 'money', async (tx) => {
    const row = await ownOrder(tx, caller, id);
    if (row.state !== 'open') throw new Problem('order_state');
    await recordOrder(tx, caller, 'order.cancel', row);
    return showOrder(await changeOrder(tx, id, { state: 'cancelled' }));
  });
}

/** @throws Problem order_not_found, order_state, refund_window_over */
export async function askRefund(
  { db }: Pick<MoneyParts, 'db'>,
  caller: Caller,
  { id, reason }: { id: string; reason: string },
): Promise<Order> {
  return asSystem(db, 'money', async (tx) => {
    const row = await ownOrder(tx, caller, id);
    if (row.state !== 'paid' || row.refund_asked_at !== null || row.held_until === null)
      throw new Problem('order_state');
    const now = new Date();
    if (row.held_until <= now) throw new Problem('refund_window_over');
    await recordOrder(tx, caller, 'order.ask-refund', row);
    return showOrder(await changeOrder(tx, id, { refund_asked_at: now, refund_reason: reason }));
  });
}

/** What belongs to another organisation is as good as missing. */
async function ownOrder(tx: Tx, { organisationId }: Caller, id: string): Promise<OrderRow> {
  const row = await lockOrder(tx, id);
  if (row?.organisation_id !== organisationId) throw new Problem('order_not_found');
  return row;
}

async function recordOrder(
  tx: Tx,
  caller: Caller,
  act: 'order.cancel' | 'order.ask-refund',
  row: OrderRow,
): Promise<void> {
  const { organisationId } = caller;
  const subject = { kind: 'order', id: row.id };
  await recordAct(tx, { organisationId, actor: actorOf(caller), act, subject });
}

async function released(tx: Tx, named: Named): Promise<void> {
  if ((await listReleases(tx, named)).length === 0) throw new Problem('release_not_found');
}

/** Who pays by the period goes on under the price of the first one, until an end that nobody renewed in time. */
async function agreedPrice(tx: Tx, organisationId: string, named: Named): Promise<PriceRow | undefined> {
  const [last] = await listStanding(tx, organisationId, named);
  if (last === undefined || last.licensed_until === null || last.licensed_until < new Date()) return undefined;
  return findPriceById(tx, last.price_id);
}

export function keyOf(organisationId: string, { publisher, pluginId }: Named): LicenceKey {
  return { organisationId, source: releaseSource, publisher, pluginId };
}
