import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '@proofpix/contract/errors';
import type { Finding } from '@proofpix/contract/findings';
import type { Json } from '@proofpix/contract/json';
import type { HookResult } from '@proofpix/contract/runs';
import { createDial } from '@proofpix/host/http/connect';
import { createGuardedClient } from '@proofpix/host/http/guarded-client';
import { makeCertificate } from '../../../host/test/http/certificate.ts';
import { openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';

export const secretPath = 'T0000/B1111/secret2222';
const handle = `proofpix-secret-${'ab'.repeat(16)}`;

type Asked = { host: string; path: string; authorization: string | undefined; body: { [name: string]: Json } };
type Answer = { status: number; headers?: Record<string, string>; body?: string };

/** Slack as it is reached over HTTPS, under both of its names. */
export type Slack = AsyncDisposable & {
  asked: Asked[];
  log: string[];
  /** How it answers; the last one stays. */
  answers: Answer[];
  grants: OpenedPlugin['grants'];
  connected: boolean;
  analyze(name: string, findings?: Finding[]): Promise<HookResult>;
  /** The silence that Slack asked for is over. */
  endSilence(): Promise<void>;
};

/** The plugin as it is shipped, in a real runner under a real host, whose client is led to our own server. */
export async function openSlack(config: { [name: string]: Json } = { webhookPath: handle }): Promise<Slack> {
  await using opened = new AsyncDisposableStack();
  const { cert, key } = makeCertificate(['hooks.slack.com', 'slack.com']);
  const slack: Pick<Slack, 'asked' | 'log' | 'answers' | 'connected'> = {
    asked: [],
    log: [],
    answers: [{ status: 200, body: 'ok' }],
    connected: true,
  };
  const server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { host = '', authorization } = request.headers;
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked['body']; // what the plugin sends
      slack.asked.push({ host, path: request.url ?? '', authorization, body });
      const {
        status,
        headers = {},
        body: text = '',
      } = (slack.answers.length > 1 ? slack.answers.shift() : slack.answers[0]) ?? { status: 500 };
      response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  opened.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  opened.defer(() => server.closeAllConnections());

  const dial = createDial(cert);
  const client = createGuardedClient({
    resolve: async () => [{ address: '93.184.215.14', family: 4 }],
    // The address was judged; the connection goes to our own server, whose certificate is checked as Slack's.
    dial: (destination, signal) => dial({ ...destination, address: { address: '127.0.0.1', family: 4 }, port }, signal),
  });
  const plugin = opened.use(
    await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))), {
      config,
      capabilities: {
        http: { client, secret: async (_, text) => (text === handle ? secretPath : null) },
        oauth: {
          async token() {
            if (!slack.connected) throw new Problem('oauth_not_connected');
            return { accessToken: 'xoxb-token', tokenType: 'Bearer', expiresAt: null, scopes: ['chat:write'] };
          },
        },
        log: (_, { level, message }) => void slack.log.push(`${level} ${message}`),
        violation: (_, { type, detail }) => void slack.log.push(`violation ${type} ${detail}`),
      },
    }),
  );
  const owned = opened.move();
  return Object.assign(slack, {
    grants: plugin.grants,
    async analyze(name: string, findings: Finding[] = [finding('strong', 'Something')]) {
      const file = { id: 'photo', name, type: 'image/jpeg', size: 12, sha256: 'ab'.repeat(32) };
      const input = { file, metadata: {}, findings } as Json; // findings are JSON
      return (await plugin.call('data:analyze', input)).result;
    },
    async endSilence() {
      const { storage, installation } = plugin;
      const { value } = await storage.get(installation, 'outbox');
      await storage.set(installation, 'outbox', { ...(value as { [name: string]: Json }), until: 0 }, {}); // the plugin's own form
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  });
}

export function finding(severity: Finding['severity'], title: string): Finding {
  return { severity, confidence: 0.5, title, explanation: '' };
}
