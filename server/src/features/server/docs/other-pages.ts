import { accessNames, plans, requestsPerMonth, roleNames, roles, type Access } from '@proofpix/contract/access';
import { errors } from '@proofpix/contract/errors';
import { hostCalls } from '@proofpix/contract/host-calls';
import { hooks } from '@proofpix/contract/hooks';
import { Manifest } from '@proofpix/contract/manifest';
import { permissions } from '@proofpix/contract/permissions';
import { rateLimitOf, rateLimits } from '@proofpix/contract/rate-limits';
import { allRoutes } from '@proofpix/contract/routes';
import { html, prose } from '../../../http/html.ts';
import { renderPage, table } from './page.ts';
import { schemaTable } from './schema-table.ts';

export function errorsPage(): string {
  const rows = Object.entries(errors).map(([code, [status, message]]) => [
    html`<code id="${code}">${code}</code>`,
    html`${status}`,
    prose(message),
  ]);
  return renderPage({
    path: '/docs/errors',
    lead: html`<p>
      ${prose(
        'Every error is a problem document (RFC 9457, `application/problem+json`) with `type`, `title`, `status` and a stable `code`; where they help also `detail`, `requestId` and `errors`, one entry for each field at fault. What belongs to another organisation answers like what does not exist.',
      )}
    </p>`,
    body: table(['code', 'status', 'meaning'], rows, 'Errors'),
  });
}

export function accessPage(): string {
  const names = (Object.keys(accessNames) as Access[]).filter((name) => name !== 'public'); // keys of a constant object
  const rows = names.map((access) => [
    html`<code>${access}</code>`,
    accessNames[access],
    ...roleNames.map((role) => ((roles[role] as readonly Access[]).includes(access) ? 'yes' : '–')),
  ]);
  const routeRows = allRoutes().map(({ name, route }) => [
    html`<a href="/docs#${name}"><code>${route.method} ${route.path}</code></a>`,
    html`<code>${route.access}</code>`,
    route.plan,
    rateLimitOf(route) ?? '–',
  ]);
  const limitRows = Object.entries(rateLimits).map(([name, { meaning, requests, seconds, per }]) => [
    html`<code>${name}</code>`,
    meaning,
    `${requests.toLocaleString('en')} in ${seconds / 60} min`,
    per,
  ]);
  const monthRows = plans.map((plan) => [plan, requestsPerMonth[plan]?.toLocaleString('en') ?? 'as many as you like']);
  return renderPage({
    path: '/docs/access',
    lead: html`<p>
      ${prose(
        'A role gives access, and each route demands one. `server:operate` and `submissions:review` belong to no role: they are marks on the people who run the server, and who review for it. Plugins have permissions, which are another matter.',
      )}
    </p>`,
    body: html`${table(['access', 'allows', ...roleNames], rows, 'Access of each role')}
      <h2 id="routes">Routes</h2>
      ${table(['route', 'access', 'lowest plan', 'limit'], routeRows, 'Access of each route')}
      <h2 id="limits">Limits</h2>
      <p>
        ${prose(
          'In no span of that length are there more; `GET /api/usage` says what this server allows. The headers `RateLimit-Policy` and `RateLimit` say what is left and in how many seconds there is more. Beyond it the answer is 429 `rate_limited` with `Retry-After`.',
        )}
      </p>
      ${table(['limit', 'what', 'at most', 'for each'], limitRows, 'Limits of requests')}
      <p>
        ${prose(
          'Requests with access tokens and API tokens are counted by month (UTC) as well, and answered with 429 `monthly_limit_reached` when those of the plan are used up. The web app is not counted.',
        )}
      </p>
      ${table(['plan', 'requests a month'], monthRows, 'Requests of a month')}`,
  });
}

export function manifestPage(): string {
  return renderPage({
    path: '/docs/manifest',
    lead: html`<p>
      ${prose('`manifest.json` stands at the root of a package. The same schema checks it when you pack, when it is installed, and in your editor.')}
      Editors find it at <a href="/api/manifest.schema.json">/api/manifest.schema.json</a>.
    </p>`,
    body: schemaTable(Manifest, 'Fields of the manifest'),
  });
}

export function permissionsPage(): string {
  const rows = Object.entries(permissions).map(([name, sentence]) => {
    const calls = Object.entries(hostCalls)
      .filter(([, call]) => call.permission === name)
      .map(([call]) => call);
    const opened = Object.entries(hooks)
      .filter(([, hook]) => hook.permission === name)
      .map(([hook]) => hook);
    return [
      html`<code id="${name}">${name}</code>`,
      sentence,
      html`${[...opened, ...calls].map((opens) => html`<code>${opens}</code> `)}`,
    ];
  });
  return renderPage({
    path: '/docs/permissions',
    lead: html`<p>
      A manifest asks for permissions; an admin grants or refuses each one. Nothing is granted by default, and each use
      is checked again, outside of the plugin.
    </p>`,
    body: table(['permission', 'what people read', 'opens'], rows, 'Permissions'),
  });
}

export function hooksPage(): string {
  return renderPage({
    path: '/docs/hooks',
    lead: html`<p>
      ${prose('A hook is a function of a plugin that the platform calls. Plugins run in the order of their priority, lower first, 100 unless they say otherwise. Custom hooks are called `<plugin-id>:<name>` and come from manifests.')}
    </p>`,
    sections: Object.keys(hooks).map((name) => ({ id: name, title: name })),
    body: html`${Object.entries(hooks).map(
      ([name, hook]) =>
        html`<article id="${name}">
          <h2>${name}</h2>
          <p>${prose(hook.summary)}</p>
          <p class="demands">
            Permission:
            <a href="/docs/permissions#${hook.permission}">${hook.permission}</a
            >${hook.file ? ' · ctx.files is open' : ''}
          </p>
          <h3>Gets</h3>
          ${schemaTable(hook.input, `Input of ${name}`)}
          <h3>Gives</h3>
          ${schemaTable(hook.output, `Output of ${name}`)}
        </article>`,
    )}`,
  });
}

export function hostCallsPage(): string {
  return renderPage({
    path: '/docs/host-calls',
    lead: html`<p>
      ${prose('Everything a plugin can do outside of its sandbox goes through one of these. Each names an open call, and its permission is checked at every use.')}
    </p>`,
    sections: Object.keys(hostCalls).map((name) => ({ id: name, title: name })),
    body: html`${Object.entries(hostCalls).map(
      ([name, call]) =>
        html`<article id="${name}">
          <h2>${name}</h2>
          <p>${prose(call.summary)}</p>
          <p class="demands">
            Permission:
            ${call.permission === null ? 'none needed' : html`<a href="/docs/permissions#${call.permission}">${call.permission}</a>`}
          </p>
          <h3>Gets</h3>
          ${schemaTable(call.args, `Arguments of ${name}`)}
          <h3>Gives</h3>
          ${schemaTable(call.result, `Result of ${name}`)}
        </article>`,
    )}`,
  });
}
