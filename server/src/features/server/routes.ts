import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import { serveDocs } from './docs/serve-docs.ts';
import { manifestSchema } from './generated-files.ts';
import { openApi } from './openapi.ts';

/** Each rejects when the server could not do its work; the reason goes to the log, not to strangers. */
export type Checks = Readonly<Record<string, () => Promise<void>>>;

const checkMilliseconds = 5_000;

/** Binds the table `server`. */
export function bindServerRoutes(app: App, parts: { version: string; publicUrl: string | undefined; checks: Checks }): void {
  // Made at the first request: a start does not wait for it.
  let document: ReturnType<typeof openApi> | undefined;
  const schema = manifestSchema();

  serveDocs(app);
  bind(app, routes.server.healthz, async () => ({ status: 200, body: { ok: true } }));
  bind(app, routes.server.readyz, async ({ request }) => {
    const entries = await Promise.all(
      Object.entries(parts.checks).map(async ([name, check]) => {
        try {
          await withDeadline(check());
          return [name, { ok: true }] as const;
        } catch (error) {
          request.log.error({ err: error, check: name }, 'a readiness check failed');
          return [name, { ok: false }] as const;
        }
      }),
    );
    const failed = entries.filter(([, { ok }]) => !ok).map(([name]) => name);
    if (failed.length > 0) throw new Problem('not_ready', `It cannot use: ${failed.join(', ')}.`);
    return { status: 200, body: { ready: true, version: parts.version, checks: Object.fromEntries(entries) } };
  });
  bind(app, routes.server.openapi, async () => ({ status: 200, body: (document ??= openApi(parts.version, parts.publicUrl)) }));
  bind(app, routes.server.manifestSchema, async () => ({
    status: 200,
    body: schema as ReturnType<typeof openApi>, // a JSON object
  }));
}

async function withDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), checkMilliseconds);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
