import { definePlugin } from '@proofpix/sdk/define-plugin';
import { post, type Config } from './ask-slack.ts';
import { keep, sendWaiting } from './outbox.ts';
import { summarise } from './summarise.ts';

/** Posts the strongest findings of a photo to a Slack channel. */
export default definePlugin<Config>({
  hooks: {
    'data:analyze': async (input, ctx) => {
      const report = summarise(input, ctx.config);
      if (report !== null) await keep(ctx.storage, report);
      await sendWaiting(ctx.storage, (reports, leftOut) => post(ctx, reports, leftOut));
      return {};
    },
  },
});
