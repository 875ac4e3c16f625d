import fastify from 'fastify';

/** The rival of hook_http_p50: the same answer from a route that trusts its plugin: no sandbox, sign-in or database. */
const app = fastify();
const hook = (input: unknown) => ({ metadata: { read: input } });
app.post('/api/plugins/hooks/:hookName', async (request) => ({ results: [{ ok: true, result: hook(request.body) }] }));
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
