export type OutgoingMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/**
 * Whose address it may be, asked for every hop: a name in lower case and punycode, or an IP literal (IPv6 in brackets).
 * `operatorAllows`: OUTGOING_ALLOW names this host and port. A rule that gives true has also allowed the port.
 */
export type HostRule = (hostname: string, port: number, operatorAllows: boolean) => boolean;

/** What is about to be sent, after its host and addresses were found to be allowed. */
export type Hop = {
  readonly url: URL;
  readonly method: OutgoingMethod;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array | null;
  /** Some redirect on the way here led to another origin: authorization and cookies are gone already. */
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
  /**
   * How much of an answer's body is wanted; the whole when left out, and a larger one is an error. For those to whom the
   * status alone is the answer: what its sender does afterwards (flood, stall, break off) cannot take it back.
   */
  wantedBody?: (status: number) => WantedBody;
  /** 0 gives the redirect itself as the answer. */
  maxRedirects: number;
  signal?: AbortSignal;
  /** May put something into a hop (secrets) before it leaves, or throw to stop it. Its URL must stay at the same origin. */
  beforeHop?: (hop: Hop) => Promise<Pick<Hop, 'url' | 'headers' | 'body'>>;
  /** Told of every hop that was sent, whatever became of it. */
  afterHop?: (hop: { hostname: string; port: number; bytesSent: number; bytesReceived: number }) => void;
  /** Told of memory that the answer takes, piece by piece. May throw to stop it. */
  onMemory?: (bytes: number) => void;
};

export type WantedBody = 'whole' | 'beginning' | 'nothing';

export type OutgoingAnswer = {
  status: number;
  statusText: string;
  /** Lower-case names, in the order in which they came. */
  headers: [name: string, value: string][];
  /** After redirects. */
  url: string;
  body: Uint8Array;
};
