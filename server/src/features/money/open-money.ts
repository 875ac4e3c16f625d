import type { Config } from '../../config.ts';
import { asSystem } from '../../db/tenancy.ts';
import { lookAtLicences, renewLicences } from './licences/keep-licences.ts';
import type { MoneyParts } from './parts.ts';
import { releaseDue } from './payouts/release-due.ts';
import { payByStripe } from './stripe/pay-by-stripe.ts';

/** What another server changed is noticed after this; an end is noticed at the very call. */
const lookMilliseconds = 5_000;
const keepMilliseconds = 10 * 60_000;

export type OpenMoney = MoneyParts & AsyncDisposable;

/** Open it before the plugins: none of them may be called before it is known whether it needs a licence. */
export async function openMoney(opened: Omit<MoneyParts, 'payments'> & Pick<Config, 'stripe'>): Promise<OpenMoney> {
  const { stripe, ...parts } = opened;
  const { db, log, licences } = parts;
  await renewLicences(parts);
  await lookAtLicences(parts);
  let working: Promise<unknown> = Promise.resolve();
  const inTurn = (what: string, work: () => Promise<void>) => () => {
    working = working.then(work).catch((error: unknown) => log.error({ err: error }, `${what} failed`));
  };
  const look = inTurn('looking at licences', () => lookAtLicences(parts));
  const keep = inTurn('keeping licences and shares', async () => {
    await renewLicences(parts);
    await asSystem(db, 'money', (tx) => releaseDue(tx, null, new Date(licences.now())));
  });
  keep();
  const timers = [setInterval(look, lookMilliseconds), setInterval(keep, keepMilliseconds)];
  for (const timer of timers) timer.unref();
  return {
    ...parts,
    payments: stripe && payByStripe(stripe),
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer);
      await working;
    },
  };
}
