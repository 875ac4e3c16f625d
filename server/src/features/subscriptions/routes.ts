import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import { withRawBodies } from '../../http/raw-body.ts';
import { buyPlan, openPortal } from './buy-plan.ts';
import type { SubscriptionParts } from './parts.ts';
import { readSubscription } from './read-subscription.ts';
import { receiveEvent } from './receive-event.ts';

/** Binds the table `subscription`. */
export function bindSubscriptionRoutes(app: App, subscriptions: SubscriptionParts): void {
  bind(app, routes.subscription.read, async ({ caller }) => ({
    status: 200,
    body: await readSubscription(subscriptions, caller),
  }));
  bind(app, routes.subscription.checkout, async ({ caller, body }) => ({
    status: 200,
    body: { url: await buyPlan(subscriptions, caller, body.plan) },
  }));
  bind(app, routes.subscription.portal, async ({ caller }) => ({
    status: 200,
    body: { url: await openPortal(subscriptions, caller) },
  }));
  withRawBodies(app, (scope) =>
    bind(scope, routes.subscription.receive, async ({ request }) => {
      await receiveEvent(subscriptions, request);
      return { status: 200, body: { received: true } };
    }),
  );
}
