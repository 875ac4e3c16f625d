import { setTimeout } from 'node:timers/promises';
import { createClient, type Call } from '@proofpix/contract/client';
import { Problem, type ErrorCode } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { CommandFailure } from '../failure.ts';

export type Server = { url: string; call: Call };

const requestMilliseconds = 120_000;
const jobMilliseconds = 15 * 60_000;
const pollMilliseconds = 500;

/** @throws CommandFailure when the address is none */
export function openServer(url: string, token: string): Server {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol))
    throw new CommandFailure(`"${url}" is no address of a server.`, { hints: ['It begins with http:// or https://.'] });
  if (parsed.username !== '' || parsed.password !== '')
    throw new CommandFailure('The address of the server holds a password.', {
      hints: ['Set PROOFPIX_TOKEN instead: addresses end up in logs.'],
    });
  return { url: parsed.origin, call: createClient({ baseUrl: parsed.origin, token, fetch: asCommand }) };
}

/** Says to the server what is asking: publishers are told how their plugins were fetched. */
const asCommand: typeof fetch = (address, init) => {
  const headers = new Headers(init?.headers);
  headers.set('user-agent', 'proofpix-cli');
  return fetch(address, { ...init, headers });
};

/** Without encryption everybody on the way can read the token and use it. */
export function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

const hints: Partial<Record<ErrorCode, string>> = {
  sign_in_required: 'The token is missing, wrong or was withdrawn. Make one in the web app, and set PROOFPIX_TOKEN.',
  access_denied: "The token does not have this access, or its owner's role does not: see docs/access.md.",
  subscription_required: "The organisation's plan does not include installing plugins.",
  version_changed: 'Raise the version in manifest.json, or install with --development.',
  package_review_needed: 'Look at what was found, then install it with --accept-review.',
  package_not_scanned: 'Nothing was decided about it: install it again in a moment.',
  signature_invalid:
    'What lies beside the package as .sig.json was refused. The operator of the server lets keys sign (POST /api/trust/keys).',
  signature_required: 'Sign it with "proofpix pack --sign", and keep the .sig.json beside the package.',
  plugin_id_taken: 'Uninstall the other plugin, or give yours another id.',
  host_not_allowed: 'Use the address that the server names as its PUBLIC_URL.',
  publisher_not_found: 'Take the name first, in the web app under "My plugins".',
  too_many_submissions: 'Withdraw one in the web app under "My plugins".',
  rate_limited: 'Plugins are changed at most 10 times in 15 minutes, unless the operator set another number.',
};

/** What the server refuses, and that it is not there, in one sentence with what to do. @throws CommandFailure */
export async function asking<Result>(server: Server, what: () => Promise<Result>): Promise<Result> {
  try {
    return await what();
  } catch (error) {
    if (error instanceof Problem) {
      const hint = hints[error.code];
      throw new CommandFailure(`The server refused (${error.code}): ${error.message}`, {
        exit: 'server',
        hints: [
          ...error.fields.map(({ field, message }) => `${field} ${message}`),
          ...(hint === undefined ? [] : [hint]),
        ],
      });
    }
    if (!(error instanceof Error)) throw error;
    if (error.name === 'TimeoutError')
      throw new CommandFailure(`${server.url} did not answer in time.`, { exit: 'server' });
    const cause = error.cause instanceof Error && 'code' in error.cause ? ` (${String(error.cause.code)})` : '';
    throw new CommandFailure(`${server.url} could not be reached${cause}.`, {
      exit: 'server',
      hints: ['Start it with "npm start", or name another by --server or PROOFPIX_SERVER.'],
    });
  }
}

/** A deadline for everything that is asked of a server. */
export function deadline(): AbortSignal {
  return AbortSignal.timeout(requestMilliseconds);
}

/** Waits for long work. @throws CommandFailure when it failed */
export async function waitForJob(server: Server, id: string, onState: (state: string) => void): Promise<void> {
  const end = performance.now() + jobMilliseconds;
  while (performance.now() < end) {
    const job = await asking(server, () => server.call(routes.jobs.get, { params: { id }, signal: deadline() }));
    onState(job.state);
    if (job.state === 'done') return;
    if (job.state === 'failed') {
      const fields = (job.error?.errors ?? []).map(({ field, message }) => `${field} ${message}`);
      throw new CommandFailure(`The server refused (${job.error?.code ?? 'failed'}): ${job.error?.message ?? ''}`, {
        exit: 'server',
        hints: fields,
      });
    }
    await setTimeout(pollMilliseconds);
  }
  throw new CommandFailure('The server is still at work on it.', {
    exit: 'server',
    hints: [`Look at ${server.url}/api/jobs/${id} later.`],
  });
}
