import { definePlugin } from '@proofpix/sdk/define-plugin';

/** What `configSchema` in the manifest describes. A secret (`writeOnly`) is a handle here, never its text. */
type Config = { token?: string; folder: string };

const address = 'https://api.example.org/photos';

export default definePlugin<Config>({
  hooks: {
    'file:processed': async ({ file }, ctx) => {
      const { token, folder } = ctx.config;
      if (token === undefined) {
        ctx.log.warn('Nothing was sent: set the token in the settings of the plugin.');
        return { sent: false };
      }
      // The handle is replaced by the secret when the request leaves, and only on its way to a host of the manifest.
      const headers = { authorization: `Bearer ${token}` };
      const answer = await ctx.http.post(address, { folder, name: file.name, sha256: file.sha256 }, { headers });
      if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`);
      return { sent: true };
    },
  },
});
