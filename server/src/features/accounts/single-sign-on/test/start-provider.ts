import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type RealProvider = AsyncDisposable & {
  issuer: string;
  /** Registers a client by the provider's own protocol. */
  register(redirectUri: string): Promise<{ clientId: string; clientSecret: string }>;
};

/** `oidc-provider`, in a process of its own on loopback. */
export async function startProvider(): Promise<RealProvider> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'provider-process.mjs')], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [issuer] = (await Promise.race([once(lines, 'line'), ended])) as [unknown];
  if (typeof issuer !== 'string' || !issuer.startsWith('http')) throw new Error('The provider did not start.');
  return {
    issuer,
    async register(redirectUri) {
      const response = await fetch(`${issuer}/reg`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: [redirectUri], grant_types: ['authorization_code'] }),
      });
      const client = (await response.json()) as { client_id: string; client_secret: string }; // RFC 7591
      if (!response.ok) throw new Error(JSON.stringify(client));
      return { clientId: client.client_id, clientSecret: client.client_secret };
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
