import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roleNames, roles, type Access, type Role } from '@proofpix/contract/access';
import { routeUrl } from '@proofpix/contract/client';
import type { Route } from '@proofpix/contract/route';
import { allRoutes } from '@proofpix/contract/routes';
import { examples } from '../src/features/server/docs/examples.ts';
import { startServer, type TestMember, type TestServer } from './start-server.ts';

/** Ids that nobody has: what a role may reach answers "not found", what it may not reach never gets so far. */
const nobodys = { $PLUGIN: 'nobodys-plugin', other: '00000000-0000-4000-8000-000000000000' };

let server: TestServer;
const members = new Map<Role, TestMember>();
beforeAll(async () => {
  server = await startServer();
  for (const role of roleNames) members.set(role, await server.signIn(role));
});
afterAll(() => server.stop());

/** The documented example of the route, sent for an id that nobody has. A route without one fails here. */
function send(name: string, route: Route, token: string | null): Promise<Response> {
  const example = examples[name];
  if (example === undefined) throw new Error(`The route ${name} has no example: add one to docs/examples.ts.`);
  const params = Object.fromEntries(
    Object.entries(example.params ?? {}).map(([key, value]) => [
      key,
      value === '$PLUGIN' ? nobodys.$PLUGIN : value.startsWith('$') ? nobodys.other : value,
    ]),
  );
  const headers = new Headers(token === null ? {} : { authorization: `Bearer ${token}` });
  let body: BodyInit | null = null;
  if (example.form !== undefined) {
    const form = new FormData();
    for (const [field, value] of Object.entries(example.form)) {
      if (value.startsWith('@')) form.set(field, new Blob(['no file of any kind']), value.slice(1));
      else form.set(field, value);
    }
    body = form;
  } else if (example.json !== undefined) {
    headers.set('content-type', 'application/json');
    body = JSON.stringify(example.json);
  }
  return fetch(server.url + routeUrl(route, params), { method: route.method, headers, body });
}

async function codeOf(response: Response): Promise<string | undefined> {
  const text = await response.text();
  return response.ok ? undefined : (JSON.parse(text) as { code: string }).code; // a problem document
}

/** Signing out last: the token is used up by it. */
const rows = allRoutes().sort((a, b) => Number(a.name === 'auth.logout') - Number(b.name === 'auth.logout'));

describe.each(rows)('$name', ({ name, route }) => {
  test('is open to those who have its access, and to nobody else', async () => {
    const anonymous = await codeOf(await send(name, route, null));
    if (route.access === 'public') {
      expect(['sign_in_required', 'access_denied']).not.toContain(anonymous);
      return;
    }
    expect(anonymous).toBe('sign_in_required');
    for (const [role, member] of members) {
      const granted: readonly Access[] = roles[role];
      const code = await codeOf(await send(name, route, member.token));
      if (granted.includes(route.access)) {
        expect(
          ['sign_in_required', 'access_denied', 'subscription_required', 'internal'],
          `${role} → ${code}`,
        ).not.toContain(code);
      } else {
        expect(code, role).toBe('access_denied');
      }
    }
  });
});

test('the operator, and nobody else, creates organisations', async () => {
  const row = rows.find(({ name }) => name === 'organisations.create');
  expect(row?.route.access).toBe('server:operate');
  if (row !== undefined) expect((await send(row.name, row.route, server.owner.token)).status).toBe(201);
});

test('a route of a higher plan is 402 for an organisation that has a lower one', async () => {
  const { owner } = await server.createOrganisation({ plan: 'free' });
  const priced = rows.filter(({ route }) => route.plan !== 'free');
  expect(priced.length).toBeGreaterThan(5);
  for (const { name, route } of priced) {
    expect(await codeOf(await send(name, route, owner.token)), name).toBe('subscription_required');
  }
});
