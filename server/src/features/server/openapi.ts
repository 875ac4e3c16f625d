import type { TObject, TSchema } from 'typebox';
import { accessNames } from '@proofpix/contract/access';
import { errors, ProblemDocument, type ErrorCode } from '@proofpix/contract/errors';
import { Binary, EventStream, NoContent, type Route } from '@proofpix/contract/route';
import { rateLimitOf, rateLimits } from '@proofpix/contract/rate-limits';
import { allRoutes } from '@proofpix/contract/routes';

type JsonSchema = { [keyword: string]: unknown };

/** The whole contract as OpenAPI 3.1. Schemas with a title become components of that name. */
export function openApi(version: string, serverUrl?: string): { readonly [key: string]: never } {
  const components = new Map<string, JsonSchema>();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { name, route } of allRoutes()) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(name, route, components);
  }
  const problem = withReferences(ProblemDocument, components);
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'ProofPix',
      version,
      summary: 'Plugin platform and marketplace for photo evidence',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    ...(serverUrl === undefined ? {} : { servers: [{ url: serverUrl }] }),
    tags: [...new Set(allRoutes().map(({ name }) => tagOf(name)))].map((tag) => ({ name: tag })),
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: { Problem: { description: 'An error', content: { 'application/problem+json': { schema: problem } } } },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token of POST /api/auth/login, or an API token (ppx_…)',
        },
        cookie: { type: 'apiKey', in: 'cookie', name: 'proofpix_session', description: 'The web app' },
      },
    },
  };
  // Through JSON: TypeBox keeps notes of its own on the schemas, which are not part of them.
  return JSON.parse(JSON.stringify(document)) as { readonly [key: string]: never }; // an object literal above
}

function tagOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

function operation(name: string, route: Route, components: Map<string, JsonSchema>) {
  const parameters = [
    ...parametersOf('path', route.params, components),
    ...parametersOf('query', route.query, components),
  ];
  const body = requestBody(route, components);
  return {
    operationId: name,
    summary: route.summary,
    tags: [tagOf(name)],
    'x-access': route.access,
    'x-access-description': accessNames[route.access],
    'x-plan': route.plan,
    ...rateLimitNotes(route),
    security: route.access === 'public' ? [] : [{ bearer: [] }, { cookie: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responses(route, components),
  };
}

/** As the server comes; its operator may have set another number. */
function rateLimitNotes(route: Route) {
  const name = rateLimitOf(route);
  if (name === null) return {};
  const { per, requests, seconds } = rateLimits[name];
  return { 'x-rate-limit': { name, per, requests, seconds } };
}

function parametersOf(place: 'path' | 'query', schema: TObject | undefined, components: Map<string, JsonSchema>) {
  const properties = (schema?.properties ?? {}) as Record<string, JsonSchema>; // a TypeBox schema is a JSON Schema
  const required: readonly string[] = schema?.required ?? [];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof property.description === 'string' ? { description: property.description } : {}),
    schema: withReferences(property, components),
  }));
}

function requestBody(route: Route, components: Map<string, JsonSchema>) {
  const content: Record<string, unknown> = {};
  if (route.body !== undefined) content['application/json'] = { schema: withReferences(route.body, components) };
  if (route.multipart !== undefined) {
    const properties = Object.entries(route.multipart).map(([name, description]) => {
      const file = name === 'file' || name === 'plugin';
      return [name, { type: 'string', description, ...(file ? { contentMediaType: 'application/octet-stream' } : {}) }];
    });
    content['multipart/form-data'] = { schema: { type: 'object', properties: Object.fromEntries(properties) } };
  }
  return Object.keys(content).length === 0 ? undefined : { required: true, content };
}

function responses(route: Route, components: Map<string, JsonSchema>) {
  const answers: Record<string, unknown> = {};
  for (const [status, schema] of Object.entries(route.replies)) {
    answers[status] = { description: replyWords(Number(status), schema), ...replyContent(route, schema, components) };
  }
  const codes = [...new Set(errorsOf(route))];
  for (const status of new Set(codes.map((code) => errors[code][0]))) {
    const lines = codes.filter((code) => errors[code][0] === status).map((code) => `\`${code}\`: ${errors[code][1]}`);
    answers[status] = {
      description: lines.join('\n'),
      content: { 'application/problem+json': { schema: withReferences(ProblemDocument, components) } },
    };
  }
  answers.default = { $ref: '#/components/responses/Problem' };
  return answers;
}

/** The codes of a row, and those that what it demands can bring. */
export function errorsOf(route: Route): ErrorCode[] {
  const codes: ErrorCode[] = [...route.errors];
  if (route.access !== 'public') codes.push('sign_in_required');
  if (!['public', 'own-account'].includes(route.access)) codes.push('second_factor_needed');
  if (!['public', 'own-account', 'signed-in'].includes(route.access)) codes.push('access_denied');
  if (route.plan !== 'free') codes.push('subscription_required');
  if (rateLimitOf(route) !== null) codes.push('rate_limited');
  if (route.access !== 'public' && route.uncounted !== true) codes.push('monthly_limit_reached');
  if (route.params || route.query || route.body || route.multipart) codes.push('invalid_request');
  if (route.body) codes.push('media_type_not_supported', 'body_too_large');
  return [...new Set(codes)].sort((a, b) => errors[a][0] - errors[b][0]);
}

function replyWords(status: number, schema: unknown): string {
  if (schema === Binary) return 'The bytes';
  if (schema === EventStream) return status === 101 ? 'The WebSocket is open' : 'An endless stream of events';
  if (schema === NoContent) return 'Done';
  return (
    ({ 200: 'OK', 201: 'Created', 202: 'Accepted: ask for its state later' } as Record<number, string>)[status] ??
    'Done'
  );
}

function replyContent(route: Route, schema: TSchema, components: Map<string, JsonSchema>) {
  if (schema === NoContent || route.replies[101] !== undefined) return {};
  if (schema === Binary) return { content: { 'application/octet-stream': {} } };
  if (schema === EventStream) return { content: { 'text/event-stream': { schema: { type: 'string' } } } };
  return { content: { 'application/json': { schema: withReferences(schema, components) } } };
}

/** A copy in which every schema with a title stands as a reference to its component. */
function withReferences(schema: unknown, components: Map<string, JsonSchema>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => withReferences(part, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, withReferences(value, components)]),
  );
  if (typeof copy.title !== 'string' || copy.title === '') return copy;
  const name = copy.title.replace(/[^A-Za-z0-9]+(\w)/g, (_, letter: string) => letter.toUpperCase());
  const known = components.get(name);
  if (known === undefined) components.set(name, copy);
  else if (JSON.stringify(known) !== JSON.stringify(copy))
    throw new Error(`Two schemas have the title "${copy.title}".`);
  return { $ref: `#/components/schemas/${name}` };
}
