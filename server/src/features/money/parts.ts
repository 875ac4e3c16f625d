import type { Database } from '../../db/database.ts';
import type { Log } from '../../log.ts';
import type { Trust } from '../trust/open-trust.ts';
import type { Licences } from './licences/licences-in-force.ts';
import type { SalePayments } from './stripe/pay-by-stripe.ts';

/** What the use cases of money work with; each takes the ones it needs. */
export type MoneyParts = {
  db: Database;
  log: Log;
  trust: Trust;
  licences: Licences;
  /** Left out where the operator set no Stripe: everything goes by invoice. */
  payments: SalePayments | undefined;
  ownUrl: () => string;
};
