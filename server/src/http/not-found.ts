import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@proofpix/contract/errors';
import { allRoutes } from '@proofpix/contract/routes';

/** The rows of the contract by what their addresses look like, to tell a wrong method from a wrong address. */
const known = allRoutes().map(({ route }) => ({
  method: route.method,
  pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`),
}));

/** What no route took: 405 or OPTIONS at an address of the contract; everything else is `page`'s, or not there. */
export function createNotFound(page: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | null>) {
  return async function notFound(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const path = request.url.split('?', 1)[0] ?? '/';
    const methods = new Set(known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method as string));
    if (methods.has('GET')) methods.add('HEAD');
    if (methods.size > 0) {
      reply.header('allow', [...methods, 'OPTIONS'].join(', '));
      // No CORS headers: pages of other origins have no business here.
      if (request.method === 'OPTIONS') return reply.code(204).send();
      if (!methods.has(request.method)) throw new Problem('method_not_allowed');
    }
    if ((request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|docs)(\/|$)/.test(path)) {
      const answered = await page(request, reply);
      if (answered !== null) return answered;
    }
    throw new Problem('not_found');
  };
}
