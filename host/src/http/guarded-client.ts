import { Problem } from '@proofpix/contract/errors';

export type OutgoingMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
export type HeaderPairs = readonly (readonly [name: string, value: string])[];
export type Address = { address: string; family: 4 | 6 };

/**
 * Whose address it may be, asked for every hop: a name in lower case and punycode, or an IP literal (IPv6 in brackets).
 * `operatorAllows`: OUTGOING_ALLOW names this host and port. A rule that gives true has also allowed the port.
 */
export type HostRule = (hostname: string, port: number, operatorAllows: boolean) => boolean;

/** For addresses that people register (webhooks, providers): any public host on 443, and what the operator allows. */
export const anyPublicHost: HostRule = (_hostname, port, operatorAllows) => port === 443 || operatorAllows;

/** What is about to be sent, after its host was found to be allowed. */
export type Hop = {
  readonly url: URL;
  readonly method: OutgoingMethod;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array | null;
  /** A redirect led here, and from another origin: authorization and cookies are gone already. */
  readonly foreign: boolean;
  /** 0 for the request itself. */
  readonly redirects: number;
};

export type OutgoingRequest = {
  url: string;
  method: OutgoingMethod;
  headers?: HeaderPairs;
  body?: Uint8Array | null;
  allowHost: HostRule;
  /** From now on, over everything: names, connections, TLS, headers, bodies, redirects. */
  timeoutMilliseconds: number;
  /** Before decompression and after it. */
  maxResponseBytes: number;
  /** 0 gives the redirect itself as the answer. */
  maxRedirects: number;
  signal?: AbortSignal;
  /** May put something into a hop (secrets) before it leaves, or throw to stop it. Its URL must stay at the same origin. */
  beforeHop?: (hop: Hop) => Promise<Pick<Hop, 'url' | 'headers' | 'body'>>;
  /** Told of every hop that was sent, whatever became of it. */
  afterHop?: (hop: { hostname: string; bytesSent: number; bytesReceived: number }) => void;
};

export type OutgoingAnswer = {
  status: number;
  statusText: string;
  /** Lower-case names, in the order in which they came. */
  headers: [name: string, value: string][];
  /** After redirects. */
  url: string;
  body: Uint8Array;
};

/**
 * Why nothing came of a request. `refused`: the host rule said no; `blocked`: no address that anybody may reach;
 * `invalid`: not a request that can be written.
 */
export type OutgoingReason = 'refused' | 'blocked' | 'invalid' | 'failed' | 'timeout' | 'too_large' | 'aborted';

/** The message is for logs and evidence, not for plugins: it may name the address behind a name. */
export class OutgoingError extends Error {
  readonly reason: OutgoingReason;
  /** Without query and credentials. */
  readonly url: string;
  readonly address: string | null;

  constructor(reason: OutgoingReason, message: string, { url = '', address = null as string | null } = {}) {
    super(message);
    this.name = 'OutgoingError';
    this.reason = reason;
    this.url = url;
    this.address = address;
  }
}

/** The one way out for every address that a tenant can set. */
export type GuardedClient = {
  /** Never follows to where `allowHost` or the address rules forbid. @throws OutgoingError, and what `beforeHop` throws */
  request(request: OutgoingRequest): Promise<OutgoingAnswer>;
  /** Judges an address without connecting, for whoever registers one. @throws OutgoingError */
  check(url: string, allowHost: HostRule, options?: { timeoutMilliseconds?: number }): Promise<void>;
};

export type GuardedClientOptions = {
  /** All addresses of a name; the system's resolver when left out. */
  resolve?: (hostname: string) => Promise<readonly Address[]>;
  /** Entries of OUTGOING_ALLOW: `host`, `host:port`, an address or a network (CIDR). */
  outgoingAllow?: readonly string[];
  /** Where this server itself answers; never reached, whatever is allowed. Asked each time: the port is known late. */
  ourselves?: () => { hostnames: readonly string[]; ports: readonly number[] };
  /** Certificates to trust beside the usual ones, for tests. */
  ca?: string;
};

export function createGuardedClient(_options: GuardedClientOptions = {}): GuardedClient {
  const unavailable = async (): Promise<never> => {
    throw new Problem('host_call_unavailable');
  };
  return { request: unavailable, check: unavailable };
}
