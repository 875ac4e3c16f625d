import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import { approveRequest, refuseRequest, type RequestParts } from './decide-request.ts';
import { makeRequest, readRequests } from './make-request.ts';

/** Binds the table `requests`. */
export function bindRequestRoutes(app: App, parts: RequestParts): void {
  const { plugins } = parts;
  bind(app, routes.requests.list, async ({ query, caller }) => {
    const by = caller.access.has('policies:manage') ? null : caller.userId;
    return { status: 200, body: await readRequests(plugins, { organisationId: caller.organisationId, by }, query) };
  });
  bind(app, routes.requests.create, async ({ body, caller }) => ({
    status: 201,
    body: await makeRequest(plugins, {
      organisationId: caller.organisationId,
      author: actorOf(caller),
      by: caller.userId,
      asked: body,
    }),
  }));
  bind(app, routes.requests.approve, async ({ params, body, caller }) => ({
    status: 200,
    body: await approveRequest(parts, { ...body, ...whose(caller), author: actorOf(caller), id: params.id }),
  }));
  bind(app, routes.requests.refuse, async ({ params, body, caller }) => ({
    status: 200,
    body: await refuseRequest(plugins, { ...body, ...whose(caller), author: actorOf(caller), id: params.id }),
  }));
}

function whose({ organisationId, userId }: { organisationId: string; userId: string }) {
  return { organisationId, actor: userId };
}
