import { html, type Html } from '../../../http/html.ts';

/** The pages of the documentation, in the order of their navigation. */
export const pages = [
  { path: '/docs', title: 'REST interface' },
  { path: '/docs/errors', title: 'Errors' },
  { path: '/docs/access', title: 'Roles and access' },
  { path: '/docs/manifest', title: 'Plugin manifest' },
  { path: '/docs/permissions', title: 'Permissions' },
  { path: '/docs/hooks', title: 'Hooks' },
  { path: '/docs/host-calls', title: 'Host calls' },
] as const;

export type PagePath = (typeof pages)[number]['path'];

export type Page = { path: PagePath; lead: Html; body: Html; sections?: readonly { id: string; title: string }[] };

export function renderPage(page: Page): string {
  const title = pages.find(({ path }) => path === page.path)?.title ?? 'Documentation';
  const sections = (page.sections ?? []).map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`);
  const links = pages.map(({ path, title: name }) =>
    path === page.path
      ? html`<li>
          <a href="${path}" aria-current="page">${name}</a>${
            sections.length > 0
              ? html`<ul>
                  ${sections}
                </ul>`
              : null
          }
        </li>`
      : html`<li><a href="${path}">${name}</a></li>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ProofPix</title>
        <link rel="stylesheet" href="/docs/style.css" />
      </head>
      <body>
        <nav aria-label="Documentation">
          <strong>ProofPix</strong>
          <ul>
            ${links}
          </ul>
          <ul>
            <li><a href="/api/openapi.json">OpenAPI 3.1</a></li>
            <li><a href="/api/manifest.schema.json">Manifest schema</a></li>
            <li><a href="/">The web app</a></li>
          </ul>
        </nav>
        <main>
          <h1>${title}</h1>
          ${page.lead} ${page.body}
        </main>
      </body>
    </html> `.toString();
}

/** A table of the documentation: the first column is the name. */
export function table(heads: readonly string[], rows: readonly (readonly (Html | string)[])[], label: string): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="columns-${heads.length}">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
