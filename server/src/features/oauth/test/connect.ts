import { expect } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import type { TestMember } from '../../../../test/start-server.ts';
import { client, type FakeProvider } from './fake-provider.ts';

/** Registers the fake provider in the member's organisation. */
export async function register(member: TestMember, fake: FakeProvider, name = 'fake') {
  return member.call(routes.oauth.createProvider, {
    body: {
      name,
      authorizationEndpoint: `${fake.url}/authorize?tenant=a`,
      tokenEndpoint: `${fake.url}/token`,
      revocationEndpoint: `${fake.url}/revoke`,
      clientId: client.id,
      clientSecret: client.secret,
      scopes: ['read', 'write'],
      parameters: { access_type: 'offline' },
    },
  });
}

/** What a browser has after the first step: the address to open, and its mark. */
export type Begun = { url: string; cookie: string };

export async function begin(member: TestMember, name = 'fake', body: object = {}): Promise<Begun> {
  const response = await member.fetch(`/api/oauth/${name}/connect`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  expect(response.status).toBe(200);
  const { url } = (await response.json()) as { url: string }; // the row says so
  return { url, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

/** The browser follows the provider back. */
export async function comeBack(
  url: string,
  cookie: string,
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url, { headers: { accept: 'text/html', cookie }, redirect: 'manual' });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** All of it, as it should go. */
export async function connect(member: TestMember, fake: FakeProvider, name = 'fake', body: object = {}): Promise<void> {
  const begun = await begin(member, name, body);
  const page = await comeBack(fake.consent(begun.url), begun.cookie);
  expect(page.status, page.text).toBe(200);
}
