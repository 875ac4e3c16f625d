import type { FastifyBaseLogger } from 'fastify';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import type { LayerState } from '@proofpix/contract/sandbox-layers';
import { bind, type App } from '../../http/bind.ts';
import { serveDocs } from './docs/serve-docs.ts';
import { manifestSchema } from './generated-files.ts';
import { openApi } from './openapi.ts';

/** Each rejects when the server could not do its work; the reason goes to the log, not to strangers. */
export type Checks = Readonly<Record<string, () => Promise<void>>>;

const checkMilliseconds = 5_000;
const keptMilliseconds = 2_000;

/** Binds the table `server`. */
export function bindServerRoutes(
  app: App,
  parts: {
    version: string;
    publicUrl: string | undefined;
    checks: Checks;
    /** Where requests are counted at the moment. */
    limits: () => 'own' | 'shared' | 'not-shared';
    sandbox: () => Promise<readonly LayerState[]>;
  },
): void {
  // Made at the first request: a start does not wait for it.
  let document: ReturnType<typeof openApi> | undefined;
  const schema = manifestSchema();

  serveDocs(app);
  bind(app, routes.server.healthz, async () => ({ status: 200, body: { ok: true } }));
  let last: { at: number; results: Promise<Results> } | undefined;
  bind(app, routes.server.readyz, async ({ request }) => {
    // Anyone may ask, and a check may cost a process: strangers share one round.
    if (last === undefined || performance.now() - last.at > keptMilliseconds) {
      last = { at: performance.now(), results: runChecks(parts.checks, request.log) };
    }
    const results = await last.results;
    const failed = Object.keys(results).filter((name) => results[name]?.ok !== true);
    if (failed.length > 0) throw new Problem('not_ready', `It cannot use: ${failed.join(', ')}.`);
    const sandbox = [...(await parts.sandbox())];
    return {
      status: 200,
      body: { ready: true, version: parts.version, checks: results, sandbox, limits: parts.limits() },
    };
  });
  bind(app, routes.server.openapi, async () => ({
    status: 200,
    body: (document ??= openApi(parts.version, parts.publicUrl)),
  }));
  bind(app, routes.server.manifestSchema, async () => ({
    status: 200,
    body: schema as ReturnType<typeof openApi>, // a JSON object
  }));
}

type Results = Record<string, { ok: boolean }>;

async function runChecks(checks: Checks, log: FastifyBaseLogger): Promise<Results> {
  const entries = Object.entries(checks).map(async ([name, check]) => {
    try {
      await withDeadline(check());
      return [name, { ok: true }] as const;
    } catch (error) {
      log.error({ err: error, check: name }, 'a readiness check failed');
      return [name, { ok: false }] as const;
    }
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function withDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), checkMilliseconds);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
