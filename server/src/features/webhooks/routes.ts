import { routes } from '@proofpix/contract/routes';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { withRawBodies } from '../../http/raw-body.ts';
import { readEvents } from './history/list-events.ts';
import {
  changeReceiver,
  createReceiver,
  readReceived,
  readReceivers,
  removeReceiver,
  rotateReceiverSecret,
} from './incoming/manage-receivers.ts';
import { receiveMessage } from './incoming/receive-message.ts';
import type { Webhooks } from './open-webhooks.ts';
import {
  changeEndpoint,
  createEndpoint,
  readEndpoints,
  removeEndpoint,
  rotateEndpointSecret,
} from './outgoing/manage-endpoints.ts';
import { readDeliveries, redeliver, sendTest } from './outgoing/send-again.ts';
import { actorOf } from '../audit/record-act.ts';

/** Binds the table `webhooks`. */
export function bindWebhookRoutes(app: App, webhooks: Webhooks): void {
  bindEndpoints(app, webhooks);
  bindReceivers(app, webhooks);
  bind(app, routes.webhooks.events, async ({ query, caller }) => ({
    status: 200,
    body: await readEvents(webhooks, caller.organisationId, query),
  }));
  withRawBodies(app, (scope) =>
    bind(scope, routes.webhooks.receive, async ({ params, request }) => ({
      status: 202,
      body: await receiveMessage(webhooks, params.token, request),
    })),
  );
}

function bindEndpoints(app: App, webhooks: Webhooks): void {
  const rows = routes.webhooks;
  const valuesOf = (body: { name: string; url: string; types?: string[] | null; enabled?: boolean }) => ({
    ...body,
    types: body.types ?? null,
    enabled: body.enabled ?? true,
  });
  bind(app, rows.listEndpoints, async ({ caller }) => ({
    status: 200,
    body: { items: await readEndpoints(webhooks, caller.organisationId) },
  }));
  bind(app, rows.createEndpoint, async ({ caller, body }) => ({
    status: 201,
    body: await createEndpoint(webhooks, whose(caller), valuesOf(body)),
  }));
  bind(app, rows.updateEndpoint, async ({ caller, params, body }) => ({
    status: 200,
    body: await changeEndpoint(webhooks, { ...whose(caller), ...params }, valuesOf(body)),
  }));
  bind(app, rows.deleteEndpoint, async ({ caller, params }) => {
    await removeEndpoint(webhooks, { ...whose(caller), ...params });
    return { status: 204 };
  });
  bind(app, rows.rotateEndpoint, async ({ caller, params }) => ({
    status: 200,
    body: await rotateEndpointSecret(webhooks, { ...whose(caller), ...params }),
  }));
  bind(app, rows.testEndpoint, async ({ caller, params }) => ({
    status: 202,
    body: await sendTest(webhooks, { ...whose(caller), ...params }),
  }));
  bind(app, rows.listDeliveries, async ({ caller, params, query }) => ({
    status: 200,
    body: await readDeliveries(webhooks, { ...whose(caller), ...params }, query),
  }));
  bind(app, rows.redeliver, async ({ caller, params }) => ({
    status: 202,
    body: await redeliver(webhooks, { ...whose(caller), ...params }),
  }));
}

function bindReceivers(app: App, webhooks: Webhooks): void {
  const rows = routes.webhooks;
  const valuesOf = <Body extends { plugin?: string | null; enabled?: boolean }>(body: Body) => ({
    ...body,
    plugin: body.plugin ?? null,
    enabled: body.enabled ?? true,
  });
  bind(app, rows.listReceivers, async ({ caller }) => ({
    status: 200,
    body: { items: await readReceivers(webhooks, caller.organisationId) },
  }));
  bind(app, rows.createReceiver, async ({ caller, body }) => ({
    status: 201,
    body: await createReceiver(webhooks, whose(caller), valuesOf(body)),
  }));
  bind(app, rows.updateReceiver, async ({ caller, params, body }) => ({
    status: 200,
    body: await changeReceiver(webhooks, { ...whose(caller), ...params }, valuesOf(body)),
  }));
  bind(app, rows.deleteReceiver, async ({ caller, params }) => {
    await removeReceiver(webhooks, { ...whose(caller), ...params });
    return { status: 204 };
  });
  bind(app, rows.rotateReceiver, async ({ caller, params, body }) => ({
    status: 200,
    body: await rotateReceiverSecret(webhooks, { ...whose(caller), ...params }, body.secret),
  }));
  bind(app, rows.listReceived, async ({ caller, params, query }) => ({
    status: 200,
    body: await readReceived(webhooks, { ...whose(caller), ...params }, query),
  }));
}

function whose(caller: Caller) {
  return { organisationId: caller.organisationId, actor: actorOf(caller) };
}
