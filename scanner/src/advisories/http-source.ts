import { limits } from '@proofpix/contract/limits';
import { isRecord } from '../code/json-record.ts';
import { isAdvisoryId, readAdvisory, type Advisory } from './advisory.ts';
import { faultFor, type AdvisorySource, type LookUp, type PackageQuery } from './advisory-source.ts';

/** One request, given to whoever may use the network. Throws when there is no answer in time or within the size. */
export type Exchange = (request: {
  method: 'GET' | 'POST';
  url: string;
  headers: readonly (readonly [string, string])[];
  body: Uint8Array | null;
  timeoutMilliseconds: number;
  maxResponseBytes: number;
  signal: AbortSignal | undefined;
}) => Promise<{ status: number; body: Uint8Array }>;

export type HttpSourceOptions = {
  /** Where `/v1/querybatch` and `/v1/vulns/{id}` are, as `https://api.osv.dev`. */
  url: string;
  exchange: Exchange;
  /** Of one request. */
  timeoutMilliseconds?: number;
  /** Between attempts; as many as there are. */
  pauses?: readonly number[];
};

const perBatch = 500;
const mostPages = 10;
const longestToken = 4_096;
const answerBytes = 8 * 1024 * 1024;
const atOnce = 6;

/** A source that did what it must not; a sentence for people. */
class SourceFault extends Error {}

/**
 * Advisories over the protocol of OSV. What it answers is bounded in size, time, pages and number, and each fault is told
 * for the packages that it concerns.
 */
export function createHttpSource(options: HttpSourceOptions): AdvisorySource {
  const { exchange, timeoutMilliseconds = 10_000, pauses = [250, 1_000] } = options;
  const base = options.url.replace(/\/+$/, '');

  async function ask(path: string, body: object | null, most: number, signal?: AbortSignal): Promise<unknown> {
    for (let attempt = 0; ; attempt += 1) {
      const fault = await askOnce(path, body, most, signal);
      if (!(fault instanceof SourceFault)) return fault.value;
      const pause = pauses[attempt];
      if (pause === undefined || signal?.aborted === true || fault.cause === 'final') throw fault;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async function askOnce(
    path: string,
    body: object | null,
    most: number,
    signal?: AbortSignal,
  ): Promise<{ value: unknown } | SourceFault> {
    let answer: Awaited<ReturnType<Exchange>>;
    try {
      answer = await exchange({
        method: body === null ? 'GET' : 'POST',
        url: `${base}${path}`,
        headers: [
          ['accept', 'application/json'],
          ...(body === null ? [] : [['content-type', 'application/json'] as const]),
        ],
        body: body === null ? null : Buffer.from(JSON.stringify(body)),
        timeoutMilliseconds,
        maxResponseBytes: most,
        signal,
      });
    } catch (error) {
      // Whoever asks is told no more than this: the rest may name addresses of this network.
      const reason = error instanceof Error && 'reason' in error ? error.reason : null;
      const tooLarge = reason === 'too_large';
      const says = tooLarge
        ? 'answered with too much'
        : reason === 'timeout'
          ? 'did not answer in time'
          : 'could not be reached';
      const final = tooLarge || reason === 'blocked' || reason === 'refused' || reason === 'invalid';
      return new SourceFault(`The source ${says}.`, { cause: final ? 'final' : undefined });
    }
    if (answer.status !== 200) {
      const again = answer.status === 429 || answer.status >= 500;
      return new SourceFault(`The source answered ${answer.status}.`, { cause: again ? undefined : 'final' });
    }
    try {
      return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body)) as unknown };
    } catch {
      return new SourceFault('The source answered with what is not JSON.', { cause: 'final' });
    }
  }

  /** The ids for each query. @throws SourceFault where the batch as a whole has no answer */
  async function idsOf(queries: readonly PackageQuery[], signal?: AbortSignal): Promise<(Set<string> | SourceFault)[]> {
    const found: (Set<string> | SourceFault)[] = queries.map(() => new Set<string>());
    let open = queries.map((query, index) => ({ query, index, token: null as string | null }));
    for (let page = 0; open.length > 0; page += 1) {
      if (page >= mostPages) {
        for (const { index } of open) found[index] = new SourceFault('The answer of the source has no end.');
        break;
      }
      const asked = open.map(({ query, token }) => ({
        ...questionFor(query),
        ...(token === null ? {} : { page_token: token }),
      }));
      const answer = await ask('/v1/querybatch', { queries: asked }, answerBytes, signal);
      const results: unknown = isRecord(answer) ? answer.results : null;
      if (!Array.isArray(results) || results.length !== open.length)
        throw new SourceFault('The source answered another question.');
      const next: typeof open = [];
      open.forEach((one, position) => {
        const read = readResult(results[position]);
        const ids = found[one.index];
        if (read === null) found[one.index] = new SourceFault('The source gave an answer that is none.');
        if (read === null || !(ids instanceof Set)) return;
        for (const id of read.ids) ids.add(id);
        if (ids.size > limits.advisories) found[one.index] = new SourceFault('The source names too many advisories.');
        else if (read.token !== null) next.push({ ...one, token: read.token });
      });
      open = next;
    }
    return found;
  }

  async function advisory(id: string, signal?: AbortSignal): Promise<Advisory | SourceFault> {
    try {
      const record = readAdvisory(await ask(`/v1/vulns/${encodeURIComponent(id)}`, null, limits.advisoryBytes, signal));
      if (record === null) return new SourceFault(`The advisory ${id} could not be read.`);
      return record.id === id ? record : new SourceFault(`The source answered with another advisory than ${id}.`);
    } catch (error) {
      if (error instanceof SourceFault) return error;
      throw error;
    }
  }

  return {
    label: new URL(base).origin,
    async lookUp(queries, signal) {
      const ids: (Set<string> | SourceFault)[] = [];
      for (let start = 0; start < queries.length; start += perBatch) {
        try {
          ids.push(...(await idsOf(queries.slice(start, start + perBatch), signal)));
        } catch (error) {
          if (!(error instanceof SourceFault)) throw error;
          // What is down is not asked once more for each of many batches.
          ids.push(...queries.slice(start).map(() => error));
          break;
        }
      }
      const wanted = new Set(ids.flatMap((one) => (one instanceof Set ? [...one] : [])));
      if (wanted.size > limits.advisories) return faultFor(queries, 'The source names too many advisories.');
      const read = new Map<string, Advisory | SourceFault>();
      const waiting = [...wanted];
      let failed = 0;
      const fetchAll = async (): Promise<void> => {
        for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
          const one = failed > atOnce ? new SourceFault('The source stopped answering.') : await advisory(id, signal);
          failed = one instanceof SourceFault && one.cause !== 'final' ? failed + 1 : 0;
          read.set(id, one);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, fetchAll));
      return ids.map((one): LookUp => {
        if (!(one instanceof Set)) return { advisories: [], fault: one.message };
        const advisories: Advisory[] = [];
        let fault: string | null = null;
        for (const id of one) {
          const record = read.get(id);
          if (record instanceof SourceFault) fault ??= record.message;
          else if (record !== undefined) advisories.push(record);
        }
        return { advisories, fault };
      });
    },
  };
}

function questionFor({ name, version }: PackageQuery): object {
  return { package: { name, ecosystem: 'npm' }, ...(version === null ? {} : { version }) };
}

function readResult(value: unknown): { ids: string[]; token: string | null } | null {
  if (!isRecord(value)) return null;
  const { vulns = [], next_page_token: token = null } = value;
  if (!Array.isArray(vulns) || (token !== null && (typeof token !== 'string' || token.length > longestToken)))
    return null;
  const ids = vulns.map((one: unknown) => (isRecord(one) ? one.id : null));
  // An id becomes part of an address.
  return ids.every(isAdvisoryId) ? { ids, token: token === '' ? null : token } : null;
}
