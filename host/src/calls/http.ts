import { isIP } from 'node:net';
import { Problem } from '@proofpix/contract/errors';
import type { HostCallArgs, HostCallResult } from '@proofpix/contract/host-calls';
import { limits } from '@proofpix/contract/limits';
import type { HttpPort, Violation } from '../capabilities.ts';
import { cleanText } from '../clean-text.ts';
import { Allowance } from '../http/allowance.ts';
import { grantedBy } from '../http/granted-hosts.ts';
import { OutgoingError } from '../http/outgoing-error.ts';
import type { Hop, OutgoingAnswer } from '../http/request.ts';
import {
  createMask,
  fillBody,
  fillText,
  fillUrl,
  handlesIn,
  hasHandle,
  isHandle,
  type Secrets,
} from '../http/secrets.ts';
import { PerMinute } from '../limits.ts';
import type { OpenCall } from '../open-call.ts';
import type { HostCall, HostCallAnswer, HostCallContext } from './host-call.ts';

type Args = HostCallArgs<'http.request'>;

/** One for each host: its requests are counted together. */
const allowances = new WeakMap<HttpPort, Allowance>();

export const request: HostCall<'http.request'> = async (args, given) => {
  const context = { ...given };
  const { installation, capabilities } = context;
  const { http } = capabilities;
  const allowance = allowances.get(http) ?? new Allowance();
  allowances.set(http, allowance);
  const one = allowance.of(installation.id, installation.organisationId);
  const stop = new AbortController();
  const atEnd = (): void => {
    const next = args.anyCall === true ? otherCall(context.call) : undefined;
    if (next === undefined) return stop.abort();
    context.call = next;
    (next.atEnd ??= new Set()).add(atEnd);
  };
  (context.call.atEnd ??= new Set()).add(atEnd);
  let held = 0;
  try {
    countRequest(one, context);
    await allowance.enter(one, stop.signal);
    try {
      const body = args.hasBody ? context.bytes : null;
      const secrets = await openSecrets(args, body, context);
      const mask = createMask(secrets).text;
      const sending = { args, body, secrets, mask, sent: false, misdirected: false, denied: false };
      return await http.client
        .request({
          url: addressOf(sending),
          method: args.method,
          headers: introduced(args.headers),
          body,
          allowHost: (hostname, port) => {
            if (grantedBy(installation.manifest, hostname, port) === null) return false;
            sending.denied = installation.reaches?.(hostname, port) === false;
            return !sending.denied;
          },
          timeoutMilliseconds: args.timeoutMilliseconds ?? limits.httpMilliseconds,
          maxResponseBytes: args.maxResponseBytes ?? limits.httpResponseBytes,
          maxRedirects: args.maxRedirects ?? limits.httpRedirects,
          signal: stop.signal,
          beforeHop: async (hop) => {
            checkOpen(context);
            if (hop.redirects > 0) countRequest(one, context);
            const filled = fillHop(hop, sending);
            sending.sent = true;
            if (secrets.size > 0) allowance.remember(one, secrets);
            return filled;
          },
          afterHop: ({ hostname, port, ...bytes }) => countTraffic(context, hostname, port, bytes),
          onMemory: (bytes) => {
            allowance.hold(one, bytes);
            held += bytes;
          },
        })
        .then((came) => masked(came, createMask(one.secrets)))
        .catch((error: unknown) => {
          throw refusal(error, sending, context);
        });
    } finally {
      allowance.leave(one);
    }
  } finally {
    allowance.release(one, held);
    context.call.atEnd?.delete(atEnd);
  }
};

/** Handles in the place of secrets that the other server repeats. */
async function masked(
  { status, statusText, headers, url, body }: OutgoingAnswer,
  mask: ReturnType<typeof createMask>,
): Promise<HostCallAnswer<HostCallResult<'http.request'>>> {
  return {
    value: {
      status,
      statusText: mask.text(statusText),
      headers: headers.map(([name, value]): [string, string] => [name, mask.text(value)]),
      url: mask.text(url),
    },
    bytes: await mask.bytes(body),
  };
}

/** A module like axios knows no call: what it asked goes on for another call of the same plugin, while there is one. */
function otherCall(ended: OpenCall): OpenCall | undefined {
  return [...(ended.runner?.open.values() ?? [])].findLast((call) => call !== ended && call.state === 'open');
}

/** Many servers answer nobody who does not say who asks. */
const introduction: [string, string][] = [
  ['user-agent', 'ProofPix/1.0'],
  ['accept', '*/*'],
];

function introduced(headers: Args['headers']): [string, string][] {
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  return [...headers, ...introduction.filter(([name]) => !named.has(name))];
}

type Sending = {
  args: Args;
  body: Uint8Array | null;
  secrets: Secrets;
  mask: (text: string) => string;
  /** The first hop was let through: what is refused from now on is where the other server wanted to lead. */
  sent: boolean;
  /** A redirect wanted the body of the request, with a secret in it, somewhere else. */
  misdirected: boolean;
  /** The manifest names the host, and a policy denies it. */
  denied: boolean;
};

function countRequest(one: ReturnType<Allowance['of']>, { limits: effective, violation }: HostCallContext): void {
  const { requestsPerMinute } = effective();
  if (one.minute.most !== requestsPerMinute) one.minute = new PerMinute(requestsPerMinute);
  const counted = one.minute.add(performance.now());
  if (counted === 'within') return;
  const detail = `Made more than ${requestsPerMinute} requests in one minute.`;
  if (counted === 'first') violation({ type: 'http_limit', detail, evidence: { limit: requestsPerMinute } });
  throw new Problem('host_call_limit', `It may make ${requestsPerMinute} requests a minute.`);
}

async function openSecrets(
  { url, headers, auth }: Args,
  body: Uint8Array | null,
  { installation, capabilities }: HostCallContext,
): Promise<Secrets> {
  const texts = [url, ...headers.map(([, value]) => value), auth?.username ?? '', auth?.password ?? ''];
  const found = new Map<string, string>();
  for (const handle of handlesIn(texts, body ?? new Uint8Array(0))) {
    const secret = await capabilities.http.secret(installation, handle);
    if (secret !== null) found.set(handle, secret);
  }
  return found;
}

/** A secret may be a whole address (those of incoming webhooks are): then its host is what must be granted. */
function addressOf({ args, secrets }: Sending): string {
  return (isHandle(args.url) ? secrets.get(args.url) : undefined) ?? args.url;
}

/** Things may have changed since the hop before. @throws Problem */
function checkOpen({ call, installation }: HostCallContext): void {
  if (call.state !== 'open') throw new Problem('call_ended');
  if (!installation.grants().has('http')) throw new Problem('permission_denied');
}

/** Puts the secrets in. The host of this hop is granted, and its addresses are public. @throws Problem */
function fillHop(hop: Hop, sending: Sending): Pick<Hop, 'url' | 'headers' | 'body'> {
  const { secrets, args } = sending;
  const { body, foreign } = hop;
  if (foreign && secrets.size > 0 && body !== null && hasHandle(body)) {
    sending.misdirected = true;
    throw new OutgoingError('blocked', 'A redirect to another host would take a secret along.', {
      hint: 'A redirect to another host would take a secret along.',
      url: `${hop.url.origin}/`,
    });
  }
  // What stands in the address of a redirect was written by the other server.
  const url = hop.redirects === 0 ? fillUrl(hop.url, secrets) : hop.url;
  const headers: [string, string][] = hop.headers
    .filter(([, value]) => !foreign || !hasHandle(value))
    .map(([name, value]) => [name, fillText(value, secrets)]);
  if (args.auth !== undefined && !foreign) {
    const { username, password } = args.auth;
    const credentials = Buffer.from(`${fillText(username, secrets)}:${fillText(password, secrets)}`).toString('base64');
    headers.push(['authorization', `Basic ${credentials}`]);
  }
  return { url, headers, body: body === null ? null : fillBody(body, hop.headers, secrets) };
}

function countTraffic(
  { call, installation }: HostCallContext,
  hostname: string,
  port: number,
  { bytesSent, bytesReceived }: { bytesSent: number; bytesReceived: number },
): void {
  const name = grantedBy(installation.manifest, hostname, port) ?? hostname;
  const before = call.used.traffic[name] ?? { requests: 0, bytesSent: 0, bytesReceived: 0 };
  call.used.traffic[name] = {
    requests: before.requests + 1,
    bytesSent: before.bytesSent + bytesSent,
    bytesReceived: before.bytesReceived + bytesReceived,
  };
}

/** What a plugin is told: the same for every address that is not public, whether something answers there or not. */
function refusal(error: unknown, sending: Sending, { violation }: HostCallContext): unknown {
  if (!(error instanceof OutgoingError)) return error;
  const { reason, hint } = error;
  const record = (type: Violation['type'], detail: string): void =>
    violation({ type, detail, evidence: evidenceOf(error, sending) });
  if (reason === 'refused' || reason === 'blocked') {
    if (sending.misdirected || (sending.secrets.size > 0 && !sending.sent)) {
      record('secret_misdirected', 'Wanted to send a secret to a host that may not be reached.');
    } else if (sending.denied) record('host_denied', 'Asked a host that the policy of its organisation denies.');
    else if (reason === 'refused') record('http_not_granted', 'Asked a host that its manifest does not name.');
    else record('http_blocked', `Asked for an address that is not public: ${error.message}`);
    return new Problem(
      'http_blocked',
      sending.denied
        ? 'The policy of the organisation denies this host.'
        : reason === 'refused'
          ? 'The manifest does not name this host.'
          : hint || undefined,
    );
  }
  if (reason === 'too_large') {
    record('http_limit', `A request or its answer was over the limit: ${error.message}`);
    return new Problem('http_too_large', hint || undefined);
  }
  if (reason === 'invalid') return new Problem('host_call_invalid', hint || undefined);
  if (reason === 'aborted') return new Problem('call_ended');
  return new Problem(reason === 'timeout' ? 'http_timeout' : 'http_failed', hint || undefined);
}

function evidenceOf({ url, address }: OutgoingError, { args, mask }: Sending): Violation['evidence'] {
  // Where the whole address is a secret, only its host is told.
  // An address that could not be read is told as it was written, up to what may be a secret in it.
  const written = (url || args.url)
    .replace(/[?#].*$/s, '')
    .replace(/\/\/[^/]*@/, '//')
    .slice(0, 300);
  const shown = isHandle(args.url) ? (URL.parse(url)?.origin ?? '') : mask(cleanText(written));
  const hostname = URL.parse(url)?.hostname ?? '';
  const known = address ?? (isIP(hostname) === 0 ? null : hostname);
  return { url: shown, method: args.method, ...(known === null ? {} : { address: known }) };
}
