import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { Installation } from '../../src/capabilities.ts';
import { callOf, openHost, processing } from '../open-host.ts';
import { localClient, secureServer, type LocalServer } from './local-server.ts';

export const token = 'sekrit-4711-"quoted"';
export const handle = `proofpix-secret-${'a'.repeat(32)}`;
export const hook = `proofpix-secret-${'b'.repeat(32)}`;
export const unknown = `proofpix-secret-${'c'.repeat(32)}`;

type Options = {
  hosts?: string[];
  limits?: Manifest['limits'];
  grants?: Set<Permission>;
  secrets?: Record<string, string>;
};

/** A host whose plugins may reach the server of the test. `body` is that of a file:process hook; \`at\` its address. */
export function opened(body: string, server: LocalServer, options: Options = {}) {
  const secrets: Record<string, string> = { [handle]: token, ...options.secrets };
  const host = openHost({
    spareRunners: 0,
    capabilities: {
      http: {
        client: localClient(),
        secret: async (_installation: Installation, asked: string) => secrets[asked] ?? null,
      },
    },
  });
  const made = processing(`const at = 'https://api.example.org:${server.port}'; ${body}`, {
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.grants === undefined ? {} : { grants: options.grants }),
  });
  const hosts = options.hosts ?? [`api.example.org:${server.port}`];
  return { host, plugin: { ...made, manifest: { ...made.manifest, hosts } } };
}

export async function run(body: string, server: LocalServer, options: Options = {}) {
  const { host, plugin } = opened(body, server, options);
  await using open = host;
  await open.host.load(plugin);
  const { result, error, usage } = await open.host.call(callOf(plugin));
  const metadata = (result as { metadata?: { [name: string]: unknown } } | undefined)?.metadata;
  return {
    metadata,
    error,
    reached: usage.reached,
    told: open.told,
    traffic: open.told.observed.findLast(({ kind }) => kind === 'hook')?.traffic,
  };
}

export const echo = () =>
  secureServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      response.setHeader('x-seen', String(headers.authorization ?? ''));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
    });
  });

export const caught = (call: string): string =>
  `let code = 'none', message = ''; try { ${call} } catch (error) { code = error.code; message = error.message; } return { metadata: { code, message } };`;
