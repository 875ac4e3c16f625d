/**
 * Why nothing came of a request. `refused`: the host rule said no; `blocked`: no address that anybody may reach;
 * `invalid`: not a request that can be written.
 */
export type OutgoingReason = 'refused' | 'blocked' | 'invalid' | 'failed' | 'timeout' | 'too_large' | 'aborted';

/** The message is for logs and evidence, not for plugins: it may name the address behind a name. */
export class OutgoingError extends Error {
  readonly reason: OutgoingReason;
  /** What may be told to whoever asked. Empty where it would tell something about the network of this server. */
  readonly hint: string;
  /** Without query, fragment and credentials. */
  readonly url: string;
  /** The address behind the name, where it was the obstacle. */
  readonly address: string | null;

  constructor(
    reason: OutgoingReason,
    message: string,
    { hint = '', url = '', address = null as string | null, cause = undefined as unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OutgoingError';
    this.reason = reason;
    this.hint = hint;
    this.url = url;
    this.address = address;
  }
}

/** For evidence: tokens stand in queries and credentials, and nobody needs more than so much of a path. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, 300);
}
