import { sql, type Selectable } from 'kysely';
import type { Tables } from '../../../db/tables.ts';
import type { Tx } from '../../../db/tenancy.ts';
import { cleanText } from '@proofpix/host/clean-text';

export type OrderRow = Selectable<Tables['orders']>;
type Named = { publisher: string; pluginId: string };

export const mostOrders = 500;

export async function insertOrder(
  tx: Tx,
  row: Pick<
    OrderRow,
    | 'organisation_id'
    | 'publisher'
    | 'plugin_id'
    | 'price_id'
    | 'kind'
    | 'currency'
    | 'net'
    | 'tax'
    | 'fee'
    | 'country'
    | 'method'
    | 'invoice_number'
  >,
): Promise<OrderRow> {
  return tx.insertInto('orders').values(row).returningAll().executeTakeFirstOrThrow();
}

/** Locked until the transaction ends: two who change one order do so one after the other, and the second sees the first. */
export async function lockOrder(tx: Tx, id: string): Promise<OrderRow | undefined> {
  return tx.selectFrom('orders').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function lockByPayment(tx: Tx, payment: string): Promise<OrderRow | undefined> {
  return tx.selectFrom('orders').selectAll().where('stripe_payment', '=', payment).forUpdate().executeTakeFirst();
}

/** One order at a time of an organisation. */
export async function lockCustomer(tx: Tx, organisationId: string): Promise<void> {
  await tx.selectFrom('organisations').select('id').where('id', '=', organisationId).forUpdate().execute();
}

type OrderChange = Partial<
  Pick<
    OrderRow,
    | 'state'
    | 'returned'
    | 'stripe_session'
    | 'stripe_payment'
    | 'paid_at'
    | 'held_until'
    | 'licensed_until'
    | 'refund_asked_at'
    | 'refund_reason'
  >
>;

export async function changeOrder(tx: Tx, id: string, change: OrderChange): Promise<OrderRow> {
  const { refund_reason: reason } = change;
  const cleaned = typeof reason === 'string' ? { refund_reason: cleanText(reason) } : {};
  return tx
    .updateTable('orders')
    .set({ ...change, ...cleaned })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function listOrdersOf(tx: Tx, organisationId: string): Promise<OrderRow[]> {
  return newest(tx).where('organisation_id', '=', organisationId).execute();
}

export type SaleRow = OrderRow & { held: number; customer: string | null };

/** With what is held of each. */
export async function listSales(
  tx: Tx,
  { publisher, id }: { publisher?: string; id?: string } = {},
): Promise<SaleRow[]> {
  let orders = newest(tx)
    .leftJoin('organisations', 'organisations.id', 'orders.organisation_id')
    .select([
      'organisations.name as customer',
      sql<number>`coalesce((select -sum(l.amount) from ledger_lines l join ledger_transactions t on t.id = l.transaction_id
        where t.order_id = orders.id and l.account = 'held'), 0)::bigint`.as('held'),
    ]);
  if (publisher !== undefined) orders = orders.where('orders.publisher', '=', publisher);
  if (id !== undefined) orders = orders.where('orders.id', '=', id);
  return orders.execute();
}

function newest(tx: Tx) {
  return tx
    .selectFrom('orders')
    .selectAll('orders')
    .orderBy('orders.created_at', 'desc')
    .orderBy('orders.id', 'desc')
    .limit(mostOrders);
}

/** What an organisation ordered of a plugin and has not been given back, the newest first. */
export async function listStanding(tx: Tx, organisationId: string, named: Named): Promise<OrderRow[]> {
  return tx
    .selectFrom('orders')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('publisher', '=', named.publisher)
    .where('plugin_id', '=', named.pluginId)
    .where('state', 'in', ['open', 'paid'])
    .orderBy('paid_at', (order) => order.desc().nullsLast())
    .orderBy('id', 'desc')
    .execute();
}

/** Paid, not disputed, and the time for refunds is over while some of its share is still held. */
export async function lockDue(tx: Tx, publisher: string | null, now: Date, most: number): Promise<OrderRow[]> {
  let due = tx
    .selectFrom('orders')
    .selectAll()
    .where('state', '=', 'paid')
    .where('held_until', '<=', now)
    .where(
      sql<boolean>`(select coalesce(sum(l.amount), 0) from ledger_lines l join ledger_transactions t on t.id = l.transaction_id
        where t.order_id = orders.id and l.account = 'held') < 0`,
    );
  if (publisher !== null) due = due.where('publisher', '=', publisher);
  return due.orderBy('held_until').orderBy('id').limit(most).forUpdate().execute();
}

export type DisputeRow = Selectable<Tables['payment_disputes']>;

export async function findDispute(tx: Tx, id: string): Promise<DisputeRow | undefined> {
  return tx.selectFrom('payment_disputes').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function putDispute(tx: Tx, row: Omit<DisputeRow, 'created_at'>): Promise<void> {
  const { id: _id, order_id: _order, ...change } = row;
  await tx
    .insertInto('payment_disputes')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
    .execute();
}
