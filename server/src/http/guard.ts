import type { FastifyRequest } from 'fastify';
import { Problem } from '@proofpix/contract/errors';

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);
const loopback = ['127.0.0.1', 'localhost', '[::1]'];

export type OwnAddress = {
  /** What the server listens on. */
  host: string;
  port: () => number;
  /** What people type, when it is something else. */
  publicUrl: string | undefined;
};

/**
 * Refuses requests for another host name and state changes from pages of another origin.
 *
 * Host: a page of evil.example whose name was re-pointed at 127.0.0.1 (DNS rebinding) is same-origin to the browser; only
 * the host name tells. Origin: SameSite=Strict keeps the cookie from other sites, but another port of localhost is the same
 * site, and a WebSocket is not bound by CORS. Attacks: guard.test.ts.
 */
export function createGuard(own: OwnAddress): (request: FastifyRequest) => void {
  const publicHost = own.publicUrl === undefined ? undefined : new URL(own.publicUrl).host;
  const names = [...loopback, own.host.includes(':') ? `[${own.host}]` : own.host];

  function isOwnHost(host: string): boolean {
    if (host === publicHost) return true;
    const port = own.port();
    return names.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
  }

  return function guard(request) {
    const host = (request.headers.host ?? '').toLowerCase();
    if (!isOwnHost(host)) throw new Problem('host_not_allowed');
    const upgrade = request.headers.upgrade !== undefined;
    if (harmless.has(request.method) && !upgrade) return;
    // Nothing that a browser sends by itself signs this request in. (A WebSocket of a browser cannot carry the header.)
    if (request.headers.authorization !== undefined) return;
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (origin === undefined) {
      // Not a browser, or one that vouches for the page. A browser names the origin on every cross-origin change.
      if (site === undefined || site === 'same-origin' || site === 'none') return;
    } else if (origin === own.publicUrl || origin === `http://${host}`) {
      return;
    }
    throw new Problem('origin_not_allowed');
  };
}
