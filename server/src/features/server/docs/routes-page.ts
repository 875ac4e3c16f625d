import { errors } from '@proofpix/contract/errors';
import { Binary, EventStream, NoContent, type Route } from '@proofpix/contract/route';
import { rateLimitOf } from '@proofpix/contract/rate-limits';
import { allRoutes } from '@proofpix/contract/routes';
import { errorsOf } from '../openapi.ts';
import { curl } from './curl.ts';
import { examples, variables } from './examples.ts';
import { html, prose, type Html } from '../../../http/html.ts';
import { renderPage, table } from './page.ts';
import { schemaTable } from './schema-table.ts';

export function routesPage(): string {
  const rows = allRoutes();
  const nouns = [...new Set(rows.map(({ name }) => nounOf(name)))];
  return renderPage({
    path: '/docs',
    lead: html`<p>
        ${prose(
          'JSON over HTTP. Sign in with `POST /api/auth/login` or make an API token, and send it as `Authorization: Bearer …`. Lists come in pages: send `nextCursor` back as `cursor`.',
        )}
        Errors are <a href="/docs/errors">problem documents</a>.
      </p>
      <p>The examples use these variables of the shell:</p>
      ${table(
        ['variable', 'meaning'],
        Object.entries(variables).map(([name, meaning]) => [html`<code>$${name}</code>`, meaning]),
        'Variables of the examples',
      )}`,
    sections: nouns.map((noun) => ({ id: noun, title: titleOf(noun) })),
    body: html`${nouns.map(
      (noun) =>
        html`<section>
          <h2 id="${noun}">${titleOf(noun)}</h2>
          ${rows.filter(({ name }) => nounOf(name) === noun).map(({ name, route }) => routeArticle(name, route))}
        </section>`,
    )}`,
  });
}

function nounOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

function titleOf(noun: string): string {
  return noun === 'auth' ? 'Sign-in' : noun.charAt(0).toUpperCase() + noun.slice(1);
}

function routeArticle(name: string, route: Route): Html {
  const example = examples[name];
  return html`<article id="${name}">
    <h3>${route.summary}</h3>
    <div class="address"><span class="method">${route.method}</span><code>${route.path}</code></div>
    <p class="demands">
      Access: <a href="/docs/access">${route.access}</a> · Plan: ${route.plan} ·
      <a href="/docs/access#limits">Limit</a>: ${rateLimitOf(route) ?? 'none'}
    </p>
    ${
      route.params
        ? html`<h4>Path</h4>
            ${schemaTable(route.params, `Path of ${name}`)}`
        : null
    }
    ${
      route.query
        ? html`<h4>Query</h4>
            ${schemaTable(route.query, `Query of ${name}`)}`
        : null
    }
    ${
      route.body
        ? html`<h4>Body (application/json)</h4>
            ${schemaTable(route.body, `Body of ${name}`)}`
        : null
    }
    ${
      route.multipart
        ? html`<h4>Form (multipart/form-data)</h4>
            ${table(
              ['field', 'meaning'],
              Object.entries(route.multipart).map(([field, meaning]) => [html`<code>${field}</code>`, meaning]),
              `Form of ${name}`,
            )}`
        : null
    }
    ${Object.entries(route.replies).map(([status, schema]) => reply(name, status, schema))}
    <h4>Errors</h4>
    <p>
      ${errorsOf(route).map((code) => html`<a href="/docs/errors#${code}" title="${errors[code][1]}">${code}</a> `)}
    </p>
    ${
      example
        ? html`<h4>Example</h4>
            <pre tabindex="0">${curl(route, example)}</pre>`
        : null
    }
  </article>`;
}

function reply(name: string, status: string, schema: Route['replies'][number]): Html {
  const head = html`<h4>Answer ${status}</h4>`;
  if (schema === NoContent)
    return html`${head}
      <p>No body.</p>`;
  if (schema === Binary)
    return html`${head}
      <p>The bytes.</p>`;
  if (schema === EventStream)
    return html`${head}
      <p>Events until you or the server end it.</p>`;
  return html`${head}${schemaTable(schema, `Answer ${status} of ${name}`)}`;
}
