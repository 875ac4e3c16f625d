import { moneyRoutes } from '@proofpix/contract/api/money';
import { purchaseRoutes } from '@proofpix/contract/api/purchases';
import { revenueRoutes } from '@proofpix/contract/api/revenue';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import { markPaid } from './orders/pay-order.ts';
import { askRefund, beginTrial, cancelOrder, placeOrder, readOffer, readPurchases } from './orders/place-order.ts';
import { refundOrder } from './orders/refund-order.ts';
import type { MoneyParts } from './parts.ts';
import { exportPayouts, payOut, readPayouts, setAccount, settlePayout } from './payouts/keep-payouts.ts';
import { readPrices, setPrice } from './prices/keep-prices.ts';
import { setSettings } from './prices/keep-settings.ts';
import { readBooks, readOrders } from './revenue/read-books.ts';
import { readRevenue, readSales, readStatement, statementCsv } from './revenue/read-revenue.ts';

/** Binds the tables `purchases`, `revenue` and `money`. */
export function bindMoneyRoutes(app: App, parts: MoneyParts): void {
  bindPurchases(app, parts);
  bindRevenue(app, parts);
  bindMoney(app, parts);
}

function bindPurchases(app: App, parts: MoneyParts): void {
  bind(app, purchaseRoutes.offer, async ({ params, caller }) => ({
    status: 200,
    body: await readOffer(parts, caller.organisationId, { publisher: params.publisher, pluginId: params.plugin }),
  }));
  bind(app, purchaseRoutes.list, async ({ caller }) => ({
    status: 200,
    body: await readPurchases(parts, caller.organisationId),
  }));
  bind(app, purchaseRoutes.order, async ({ body, caller }) => ({
    status: 201,
    body: await placeOrder(parts, caller, body),
  }));
  bind(app, purchaseRoutes.trial, async ({ body, caller }) => ({
    status: 201,
    body: await beginTrial(parts, caller, { publisher: body.publisher, pluginId: body.plugin }),
  }));
  bind(app, purchaseRoutes.cancel, async ({ params, caller }) => ({
    status: 200,
    body: await cancelOrder(parts, caller, params.id),
  }));
  bind(app, purchaseRoutes.askRefund, async ({ params, body, caller }) => ({
    status: 200,
    body: await askRefund(parts, caller, { id: params.id, reason: body.reason }),
  }));
}

function bindRevenue(app: App, parts: MoneyParts): void {
  const owned = (caller: Caller, { publisher }: { publisher: string }) => ({
    organisationId: caller.organisationId,
    actor: actorOf(caller),
    publisher,
  });
  bind(app, revenueRoutes.read, async ({ params, caller }) => ({
    status: 200,
    body: await readRevenue(parts, owned(caller, params)),
  }));
  bind(app, revenueRoutes.sales, async ({ params, caller }) => ({
    status: 200,
    body: { items: await readSales(parts, owned(caller, params)) },
  }));
  bind(app, revenueRoutes.prices, async ({ params, caller }) => ({
    status: 200,
    body: { items: await readPrices(parts, owned(caller, params)) },
  }));
  bind(app, revenueRoutes.setPrice, async ({ params, body, caller }) => ({
    status: 200,
    body: await setPrice(parts, { ...owned(caller, params), pluginId: params.plugin }, body),
  }));
  bind(app, revenueRoutes.setPayoutAccount, async ({ params, body, caller }) => ({
    status: 200,
    body: await setAccount(parts, owned(caller, params), body),
  }));
  bind(app, revenueRoutes.refund, async ({ params, body, caller }) => {
    const { organisationId, publisher, actor } = owned(caller, params);
    const by = { organisationId, publisher };
    const { customer: _hidden, ...sale } = await refundOrder(parts, { ...body, id: params.id, actor, by });
    return { status: 200, body: sale };
  });
  bind(app, revenueRoutes.statement, async ({ params, caller }) => ({
    status: 200,
    body: await readStatement(parts, owned(caller, params), params.month),
  }));
  bind(app, revenueRoutes.statementCsv, async ({ params, caller }) => ({
    status: 200,
    headers: csvHeaders(`statement-${params.publisher}-${params.month}.csv`),
    body: statementCsv(await readStatement(parts, owned(caller, params), params.month)),
  }));
}

function bindMoney(app: App, parts: MoneyParts): void {
  bind(app, moneyRoutes.read, async () => ({ status: 200, body: await readBooks(parts) }));
  bind(app, moneyRoutes.set, async ({ body, caller }) => ({
    status: 200,
    body: await setSettings(parts, body, actorOf(caller)),
  }));
  bind(app, moneyRoutes.orders, async () => ({ status: 200, body: { items: await readOrders(parts) } }));
  bind(app, moneyRoutes.markPaid, async ({ params, caller }) => ({
    status: 200,
    body: await markPaid(parts, params.id, actorOf(caller)),
  }));
  bind(app, moneyRoutes.refund, async ({ params, body, caller }) => ({
    status: 200,
    body: await refundOrder(parts, { ...body, id: params.id, actor: actorOf(caller) }),
  }));
  bind(app, moneyRoutes.payouts, async () => ({ status: 200, body: { items: await readPayouts(parts) } }));
  bind(app, moneyRoutes.payoutsCsv, async () => ({
    status: 200,
    headers: csvHeaders('payouts.csv'),
    body: await exportPayouts(parts),
  }));
  bind(app, moneyRoutes.payOut, async ({ body, caller }) => ({
    status: 201,
    body: await payOut(parts, { ...body, actor: actorOf(caller) }),
  }));
  bind(app, moneyRoutes.settlePayout, async ({ params, body, caller }) => ({
    status: 200,
    body: await settlePayout(parts, { id: params.id, state: body.state, actor: actorOf(caller) }),
  }));
}

function csvHeaders(name: string) {
  return { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` };
}
