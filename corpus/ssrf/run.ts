import { readFile } from 'node:fs/promises';
import { anyPublicHost, createGuardedClient } from '@proofpix/host/http/guarded-client';
import { OutgoingError } from '@proofpix/host/http/outgoing-error';
import { createNetwork } from './network.ts';

type Entry = {
  input: string;
  category: string;
  why?: string;
  expected: 'block' | 'allow';
  /** Answers to the look-ups of the input's own name, one after the other. */
  dns?: string[][];
  redirects?: string[];
};

export type Judged = Pick<Entry, 'input' | 'category' | 'expected'> & { outcome: string; ok: boolean };

/** Judges every entry of a list with the guarded client; 0 when all came out as expected, 2 when there is no list. */
export async function runSsrf(options: {
  file: string;
  json: boolean;
  write?: (line: string) => void;
}): Promise<number> {
  const { write = console.log } = options;
  let entries: Entry[];
  try {
    entries = readEntries(await readFile(options.file, 'utf8'));
  } catch (error) {
    console.error(`The list ${options.file} cannot be read: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
  let wrong = 0;
  for (const entry of entries) {
    const judged = await judge(entry);
    if (!judged.ok) wrong += 1;
    if (options.json) write(JSON.stringify(judged));
    else if (!judged.ok) write(`${entry.input} (${entry.category}): ${judged.outcome}, expected ${entry.expected}`);
  }
  const summary = { entries: entries.length, ok: entries.length - wrong, wrong };
  write(options.json ? JSON.stringify(summary) : `${summary.ok} of ${summary.entries} as expected`);
  // A list without entries proves nothing.
  return wrong === 0 && entries.length > 0 ? 0 : 1;
}

/**
 * What has to be blocked is tried a second time over https: many lists are written with http, which is refused for its
 * scheme alone and would prove nothing of the address. What then leads to a public address was blocked for its scheme.
 * `outgoingAllow` is for the control: with everything allowed, entries must be reached, or the harness is blind.
 */
export async function judge(entry: Entry, outgoingAllow: readonly string[] = []): Promise<Judged> {
  const { input, category, expected } = entry;
  let outcome = await outcomeOf(entry, outgoingAllow);
  if (expected === 'block' && outcome === 'block') {
    const secure = (text: string) => text.replace(/^http:/i, 'https:');
    const overTls = { ...entry, input: secure(input), redirects: entry.redirects?.map(secure) };
    const second = await outcomeOf(overTls, outgoingAllow);
    if (second === 'reached' || second === 'looked up twice') outcome = second;
  }
  return { input, category, expected, outcome, ok: outcome === expected };
}

/** An entry may be a host alone, with or without a port. */
const bareHost = /^(?:\[[0-9a-f:.%]+\]|[^:/?#\\\s@]+)(?::\d+)?$/i;

/** Asked once for each answer of its name server: a name that turns must be caught when it does, and never before it helps. */
async function outcomeOf({ input, dns, redirects }: Entry, outgoingAllow: readonly string[]): Promise<string> {
  const network = createNetwork({ dns, redirects });
  const client = createGuardedClient({ resolve: network.resolve, dial: network.dial, outgoingAllow });
  const attempts = Math.max(1, dns?.length ?? 1);
  let outcome = 'allow';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = network.lookups;
    try {
      await client.request({
        url: bareHost.test(input) ? `https://${input}` : input,
        method: 'GET',
        allowHost: anyPublicHost,
        timeoutMilliseconds: 10_000,
        maxResponseBytes: 10_000,
        maxRedirects: 5,
      });
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      const refused = error.reason === 'blocked' || error.reason === 'refused' || error.reason === 'invalid';
      outcome = refused ? 'block' : error.reason;
    }
    // Looked up again for one connection: the second answer is the one that nobody judged.
    if (redirects === undefined && network.lookups - before > 1) return 'looked up twice';
  }
  return network.reached ? 'reached' : outcome;
}

export function readEntries(text: string): Entry[] {
  const entries: unknown = JSON.parse(text);
  const isEntry = (entry: unknown): entry is Entry =>
    typeof entry === 'object' &&
    entry !== null &&
    'input' in entry &&
    typeof entry.input === 'string' &&
    'expected' in entry &&
    (entry.expected === 'block' || entry.expected === 'allow');
  if (!Array.isArray(entries) || !entries.every(isEntry)) throw new Error('The list is not one of {input, expected}.');
  return entries.map((entry) => ({ ...entry, category: entry.category ?? '' }));
}
