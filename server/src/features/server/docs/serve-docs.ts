import type { App } from '../../../http/bind.ts';
import { accessPage, errorsPage, hooksPage, hostCallsPage, manifestPage, permissionsPage } from './other-pages.ts';
import type { PagePath } from './page.ts';
import { routesPage } from './routes-page.ts';
import { style } from './style.ts';

const renderers: Readonly<Record<PagePath, () => string>> = {
  '/docs': routesPage,
  '/docs/errors': errorsPage,
  '/docs/access': accessPage,
  '/docs/manifest': manifestPage,
  '/docs/permissions': permissionsPage,
  '/docs/hooks': hooksPage,
  '/docs/host-calls': hostCallsPage,
};

/** Nothing runs in them, and nothing comes from elsewhere. */
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The documentation: pages, not routes of the contract. Rendered once, when somebody first asks. */
export function serveDocs(app: App): void {
  for (const [path, render] of Object.entries(renderers)) {
    let page: string | undefined;
    app.get(path, async (_request, reply) =>
      reply
        .header('content-security-policy', policy)
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send((page ??= render())),
    );
  }
  app.get('/docs/style.css', async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('text/css; charset=utf-8').send(style),
  );
}
