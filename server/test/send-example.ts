import { routeUrl } from '@proofpix/contract/client';
import type { Route } from '@proofpix/contract/route';
import type { Example } from '../src/features/server/docs/example.ts';
import type { TestMember } from './start-server.ts';

/** `text`: the answer without what is different each time; empty for what is no JSON. */
export type Answer = { status: number; code: string | null; text: string };

export type Sent = {
  url: string;
  name: string;
  route: Route;
  example: Example;
  member: TestMember | null;
  /** What stands in the place of `$NAME`. */
  values: Readonly<Record<string, string>>;
};

/** The documented example of a route, with these things in it. Its files are no files of any kind. */
export async function send({ url, route, example, member, values }: Sent): Promise<Answer> {
  const fill = (text: string) => text.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => values[name] ?? `$${name}`);
  const params = Object.fromEntries(Object.entries(example.params ?? {}).map(([key, value]) => [key, fill(value)]));
  const query = Object.fromEntries(Object.entries(example.query ?? {}).map(([key, value]) => [key, fill(value)]));
  const headers = new Headers(member === null ? {} : { authorization: `Bearer ${member.token}` });
  let body: BodyInit | null = null;
  if (example.form !== undefined) {
    const form = new FormData();
    for (const [field, value] of Object.entries(example.form)) {
      if (value.startsWith('@')) form.set(field, new Blob(['no file of any kind']), value.slice(1));
      else form.set(field, fill(value));
    }
    body = form;
  } else if (example.json !== undefined) {
    headers.set('content-type', 'application/json');
    body = fill(JSON.stringify(example.json));
  }
  const response = await fetch(url + routeUrl(route, params, query), { method: route.method, headers, body });
  if (!/json/.test(response.headers.get('content-type') ?? '') || response.body === null) {
    // A stream of events would never end.
    await response.body?.cancel();
    return { status: response.status, code: null, text: '' };
  }
  const text = await response.text();
  const code = response.ok ? null : (JSON.parse(text) as { code: string }).code; // a problem document
  const named = Object.values(values).reduce((left, value) => left.replaceAll(value, '…'), text);
  return { status: response.status, code, text: named.replace(/"requestId":"[^"]+"/, '') };
}
