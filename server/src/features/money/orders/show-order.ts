import type { OperatorSale } from '@proofpix/contract/api/money';
import type { Order } from '@proofpix/contract/api/purchases';
import type { Sale } from '@proofpix/contract/api/revenue';
import type { OrderRow, SaleRow } from './queries.ts';

const timeOf = (time: Date | null) => time?.toISOString() ?? null;

export function showInvoice(number: number): string {
  return `PP-${String(number).padStart(6, '0')}`;
}

export function showOrder(row: OrderRow): Order {
  const asks =
    row.state === 'paid' && row.refund_asked_at === null && row.held_until !== null && row.held_until > new Date();
  return {
    id: row.id,
    invoice: showInvoice(row.invoice_number),
    publisher: row.publisher,
    plugin: row.plugin_id,
    kind: row.kind,
    currency: row.currency,
    net: row.net,
    tax: row.tax,
    total: row.net + row.tax,
    country: row.country,
    method: row.method,
    state: row.state,
    returned: row.returned,
    createdAt: row.created_at.toISOString(),
    paidAt: timeOf(row.paid_at),
    refundUntil: asks ? timeOf(row.held_until) : null,
    refundAskedAt: timeOf(row.refund_asked_at),
  };
}

export function showSale(row: SaleRow): Sale {
  return {
    ...showOrder(row),
    fee: row.fee,
    share: row.net - row.fee,
    held: Number(row.held),
    heldUntil: timeOf(row.held_until),
    refundReason: row.refund_reason,
  };
}

export function showOperatorSale(row: SaleRow): OperatorSale {
  return { ...showSale(row), customer: row.customer };
}
