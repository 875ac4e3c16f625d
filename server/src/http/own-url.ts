import type { App } from './bind.ts';

/**
 * Where people reach this server, without a slash at the end. Never read off a request: whoever forges a Host header
 * would have links, and with them codes and tokens, lead elsewhere.
 */
export function ownUrl(
  app: App,
  { host, port, publicUrl }: { host: string; port: number; publicUrl: string | undefined },
): string {
  if (publicUrl !== undefined) return publicUrl;
  const address = app.server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${listening}`;
}
