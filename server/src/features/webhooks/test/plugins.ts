import type { TestPlugin } from '../../plugins/test/test-plugins.ts';

/** Sends what it is asked to send, and gives back what came of it. */
export const sender: TestPlugin = {
  manifest: { id: 'test-sender', permissions: ['webhooks'] },
  exports: `hooks: { 'test-sender:ask': async ({ type, data, endpoint }, ctx) => {
    try { return await ctx.webhooks.send(type, data, endpoint === undefined ? undefined : { endpoint }); }
    catch (error) { return { code: error.code }; }
  } }`,
};

/** Keeps what it was told, and tells it when it is asked. */
export function listener(id: string, body = ''): TestPlugin {
  return {
    manifest: {
      id,
      permissions: ['webhooks', 'storage'],
      hooks: ['webhook:received', `${id}:ask`],
    },
    exports: `hooks: {
      'webhook:received': async ({ event }, ctx) => {
        const told = (await ctx.storage.get('told')) ?? [];
        await ctx.storage.set('told', [...told, event]);
        ${body}
      },
      '${id}:ask': async (input, ctx) => ({ told: (await ctx.storage.get('told')) ?? [] }),
    }`,
  };
}
