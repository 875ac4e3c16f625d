import { isIP } from 'node:net';
import { limits } from '@proofpix/contract/limits';
import { isPublic, isSelf, type Address } from './addresses.ts';
import { createDial, dialFirst, type Dial } from './connect.ts';
import { exchange } from './exchange.ts';
import { OutgoingError, shownUrl } from './outgoing-error.ts';
import { readOutgoingAllow } from './outgoing-allow.ts';
import { readUrl, refuseInsideName, type Target } from './read-url.ts';
import { nextHop } from './redirect.ts';
import { checkHeaders } from './request-headers.ts';
import type { Hop, HostRule, OutgoingAnswer, OutgoingRequest } from './request.ts';
import { resolveInside, resolvePublic, type Resolve } from './resolve-name.ts';

/** For addresses that people register (webhooks, providers): any public host on 443, and what the operator allows. */
export const anyPublicHost: HostRule = (_hostname, port, operatorAllows) => port === 443 || operatorAllows;

/**
 * The one way out for every address that a tenant can set. HTTP/1.1 over TLS to public addresses; one connection a
 * request; no cookies, no proxies, no environment. Attacks: host/test/http/ and corpus/ssrf/.
 */
export type GuardedClient = {
  /** Never follows to where `allowHost` or the address rules forbid. @throws OutgoingError, and what its hooks throw */
  request(request: OutgoingRequest): Promise<OutgoingAnswer>;
  /** Judges an address without connecting, for whoever registers one. @throws OutgoingError */
  check(url: string, allowHost: HostRule, options?: { timeoutMilliseconds?: number }): Promise<void>;
};

export type GuardedClientOptions = {
  /** All addresses of a name; the name servers of this machine when left out. */
  resolve?: Resolve;
  /** Opens a connection to an address that was judged. */
  dial?: Dial;
  /** Entries of OUTGOING_ALLOW. */
  outgoingAllow?: readonly string[];
  /** Where this server itself answers; never reached, whatever is allowed. Asked each time: the port is known late. */
  ourselves?: () => { hostnames: readonly string[]; ports: readonly number[] };
  /** A certificate to trust beside the usual ones, for tests. */
  ca?: string;
};

/** What a resolver may give; more is nothing that an honest name has. */
const mostAddresses = 64;
const checkMilliseconds = 10_000;

/** @throws Error naming the entry of OUTGOING_ALLOW that cannot be read */
export function createGuardedClient(options: GuardedClientOptions = {}): GuardedClient {
  const allow = readOutgoingAllow(options.outgoingAllow ?? []);
  const dial = options.dial ?? createDial(options.ca);
  const ourselves = options.ourselves ?? (() => ({ hostnames: [], ports: [] }));

  /** Everything that can be said before a name is looked up. @throws OutgoingError */
  function judge(target: Target, allowHost: HostRule): { operatorAllows: boolean } {
    const { url, hostname, port } = target;
    const operatorAllows = allow.host(hostname, port);
    const shown = shownUrl(url);
    if (isOurselves(hostname, port, operatorAllows)) {
      throw new OutgoingError('blocked', 'The address is that of this server.', { url: shown });
    }
    if (!operatorAllows) {
      if (url.protocol !== 'https:') {
        const hint = 'The address must begin with https://.';
        throw new OutgoingError('blocked', hint, { hint, url: shown });
      }
      refuseInsideName(target);
    }
    if (!allowHost(hostname, port, operatorAllows)) {
      throw new OutgoingError('refused', `${hostname}:${port} is not allowed.`, { url: shown });
    }
    return { operatorAllows };
  }

  function isOurselves(hostname: string, port: number, operatorAllows: boolean): boolean {
    const { hostnames, ports } = ourselves();
    return hostnames.includes(hostname) && (ports.includes(port) || !operatorAllows);
  }

  /** The addresses behind a host, all of them fit to be connected to. @throws OutgoingError */
  async function resolve({ url, hostname, port }: Target, operatorAllows: boolean): Promise<readonly Address[]> {
    const shown = shownUrl(url);
    const addresses = literal(hostname) ?? (await lookUp(hostname, operatorAllows, shown));
    if (addresses.length === 0 || addresses.length > mostAddresses) {
      throw new OutgoingError('failed', `The name has ${addresses.length} addresses.`, { url: shown });
    }
    // One bad address among good ones is how rebinding begins: the whole name is refused.
    for (const { address } of addresses) {
      const own = isSelf(address);
      const allowed = allow.address(hostname, port, address);
      if ((own && ourselves().ports.includes(port)) || (!allowed && (own || !isPublic(address)))) {
        throw new OutgoingError('blocked', 'The address is not public.', { url: shown, address });
      }
    }
    return addresses;
  }

  async function lookUp(hostname: string, operatorAllows: boolean, shown: string): Promise<readonly Address[]> {
    const look = options.resolve ?? (operatorAllows ? resolveInside : resolvePublic);
    try {
      return await look(hostname);
    } catch (error) {
      throw new OutgoingError('failed', 'The name could not be looked up.', { url: shown, cause: error });
    }
  }

  async function follow(request: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer> {
    const first = readUrl(request.url);
    if ((request.body?.length ?? 0) > limits.httpRequestBytes) throw largeRequest(first.url);
    let hop: Hop = {
      url: first.url,
      method: request.method,
      headers: checkHeaders(request.headers ?? []),
      body: request.body ?? null,
      foreign: false,
      redirects: 0,
    };
    for (;;) {
      const answer = await send(request, hop, signal);
      const next = nextHop(hop, answer, request.maxRedirects);
      if (next === null) return answer;
      hop = next;
    }
  }

  /** One hop, judged from the beginning. */
  async function send(request: OutgoingRequest, hop: Hop, signal: AbortSignal): Promise<OutgoingAnswer> {
    const target = readUrl(hop.url.href);
    const { hostname, port } = target;
    const { operatorAllows } = judge(target, request.allowHost);
    const addresses = await until(signal, resolve(target, operatorAllows));
    const filled = (await request.beforeHop?.(hop)) ?? hop;
    if (filled.url.origin !== hop.url.origin) throw new Error('A hook changed where a request goes.');
    if ((filled.body?.length ?? 0) > limits.httpRequestBytes) throw largeRequest(hop.url);
    const headers = checkHeaders(filled.headers);
    if (!headers.some(([name]) => name === 'accept-encoding')) headers.push(['accept-encoding', 'identity']);
    const tlsName = hop.url.protocol === 'https:' ? hostname.replace(/^\[|\]$/g, '') : undefined;
    signal.throwIfAborted();
    const socket = await dialFirst(dial, addresses, { port, tlsName }, signal).catch((error: unknown) => {
      throw new OutgoingError('failed', 'The connection failed.', { url: shownUrl(hop.url), cause: error });
    });
    // A broken connection shows where it is read or written; without a listener it would end the process.
    socket.on('error', () => {});
    try {
      const sent = { url: filled.url, method: hop.method, headers, body: filled.body };
      const { maxResponseBytes, onMemory = () => {}, wantedBody = () => 'whole' } = request;
      return await exchange(socket, sent, { maxResponseBytes, onMemory, wantedBody }, signal);
    } finally {
      request.afterHop?.({ hostname, port, bytesSent: socket.bytesWritten, bytesReceived: socket.bytesRead });
    }
  }

  return {
    async request(request) {
      const deadline = AbortSignal.timeout(request.timeoutMilliseconds);
      const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);
      try {
        return await follow(request, signal);
      } catch (error) {
        // Whatever broke off because of it: who gave up decides what it is called.
        if (request.signal?.aborted) throw new OutgoingError('aborted', 'The request was given up.', { cause: error });
        if (deadline.aborted) throw new OutgoingError('timeout', 'There was no answer in time.', { cause: error });
        throw error;
      }
    },
    async check(url, allowHost, { timeoutMilliseconds = checkMilliseconds } = {}) {
      const target = readUrl(url);
      const { operatorAllows } = judge(target, allowHost);
      await until(AbortSignal.timeout(timeoutMilliseconds), resolve(target, operatorAllows));
    },
  };
}

/** An IP literal needs no look-up, and so would pass any check that is made in one. */
function literal(hostname: string): readonly Address[] | null {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family === 4 || family === 6 ? [{ address, family }] : null;
}

async function until<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new OutgoingError('timeout', 'There was no answer in time.'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function largeRequest(url: URL): OutgoingError {
  return new OutgoingError('too_large', 'The request is over the limit.', { url: shownUrl(url) });
}
