import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import type { Config } from '../../config.ts';
import type { SubscriptionParts } from './parts.ts';
import { findUnsettled } from './queries.ts';
import { settlePlugins, type Settling } from './settle-plugins.ts';
import { createStripeClient } from './stripe/stripe-client.ts';

const lookMilliseconds = 10 * 60_000;
const begunAtOnce = 200;

export type OpenSubscriptions = SubscriptionParts & AsyncDisposable;

/**
 * Looks at the start, for time that ran out while no server ran and for jobs that got lost, and every ten minutes. Open it after the plugins, dispose
 * it before the queue.
 */
export async function openSubscriptions(
  parts: Omit<SubscriptionParts, 'payments' | 'webhookSecret'> & Pick<Settling, 'plugins'> & Pick<Config, 'stripe'>,
): Promise<OpenSubscriptions> {
  const { db, log, queue, plugins, stripe, ownUrl, onOther } = parts;
  await queue.work(
    'subscription',
    ({ organisationId }, signal) => settlePlugins({ db, log, plugins }, organisationId, signal),
    {
      concurrency: 2,
      perOrganisation: 1,
    },
  );
  async function begin(): Promise<void> {
    const unsettled = await asSystem(db, 'receive-payments', (tx) => findUnsettled(tx, begunAtOnce));
    for (const organisationId of unsettled) {
      await withOrganisation(db, organisationId, (tx) =>
        queue.send(tx, 'subscription', { organisationId, id: organisationId }),
      );
    }
  }
  let looking: Promise<unknown> = Promise.resolve();
  const look = () => {
    looking = looking
      .then(begin)
      .catch((error: unknown) => log.error({ err: error }, 'lapsed subscriptions could not be looked for'));
  };
  look();
  const timer = setInterval(look, lookMilliseconds);
  timer.unref();
  return {
    db,
    log,
    queue,
    ownUrl,
    onOther,
    payments: stripe && createStripeClient(stripe),
    webhookSecret: stripe?.webhookSecret,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}
