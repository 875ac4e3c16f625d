import { definePlugin } from '@proofpix/sdk/define-plugin';
import { buildMessage, type Config } from './build-message.ts';

/** Tells the organisation's own systems what was found in a photo. */
export default definePlugin<Config>({
  hooks: {
    'data:analyze': async (input, ctx) => {
      const message = buildMessage(input, ctx.config);
      if (message === null) return {};
      const { endpoint } = ctx.config;
      try {
        await ctx.webhooks.send(message.type, message.data, endpoint === '' ? undefined : { endpoint });
      } catch (error) {
        // Nobody listens: that is an admin's choice and no failure of the photo.
        if ((error as { code?: string }).code !== 'webhook_not_sent') throw error;
        ctx.log.warn(`No registered address takes ${message.type}${endpoint === '' ? '' : ` at "${endpoint}"`}.`);
      }
      return {};
    },
  },
});
