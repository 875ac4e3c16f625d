import assert from 'node:assert/strict';
import { includes, type Suite, type Trial } from '../suite.ts';

type Answer = { status: number; ok: boolean; url: string; text: string };
type Echo = { method: string; url: string; authorization: string | null; type: string | null; body: string };

const base = 'https://api.example.org';
const ask = async (t: Trial, asked: { [name: string]: string | number | boolean | object }) =>
  (await t.value('ask', asked as never)) as Answer; // JSON, as the cases write it
const echoed = ({ text }: Answer) => JSON.parse(text) as Echo;

/** What reaches nobody: it needs no internet. */
export const noWayOut: Suite = {
  name: 'ctx.http, where nobody may be reached',
  plugin: { source: 'http', manifest: { hosts: ['api.example.org'] } },
  cases: {
    'a host that the manifest does not name is refused, and recorded': async (t) => {
      for (const url of ['https://other.example.org/', 'https://example.org/', 'https://api.example.org.evil.example/'])
        assert.equal(await t.value('code', url), 'http_blocked', url);
      assert.ok((await t.target.violations(t.id, 1)).includes('http_not_granted'));
    },
    'addresses, other ports and other protocols are refused': async (t) => {
      const urls = [
        'https://127.0.0.1/',
        'https://[::1]/',
        'https://169.254.169.254/latest',
        'http://api.example.org/',
        `${base}:8443/`,
      ];
      for (const url of urls) assert.equal(await t.value('code', url), 'http_blocked', url);
      for (const url of ['file:///etc/passwd', 'not a url', 'ftp://api.example.org/'])
        assert.match(String(await t.value('code', url)), /^(host_call_invalid|http_blocked)$/, url);
    },
  },
};

export const http: Suite = {
  name: 'ctx.http',
  needsOutside: true,
  plugin: {
    source: 'http',
    manifest: {
      hosts: ['api.example.org', 'inside.example.org', 'loopback.example.org', 'metadata.example.org'],
      configSchema: { type: 'object', properties: { secret: { type: 'string', writeOnly: true } } },
    },
  },
  config: { secret: 'top-secret-4711' },
  cases: {
    'sends and receives what it is given': async (t) => {
      const answer = await ask(t, { method: 'PUT', url: `${base}/echo?a=1`, body: { note: 'é' } });
      includes(answer, { status: 200, ok: true, url: `${base}/echo?a=1` });
      includes(echoed(answer), { method: 'PUT', url: `${base}/echo?a=1`, body: '{"note":"é"}' });
      assert.match(echoed(answer).type ?? '', /^application\/json/);
      assert.deepEqual(await t.value('bytes', `${base}/bytes`), [0, 1, 254, 255]);
    },
    'an answer of any status is an answer': async (t) => {
      includes(await ask(t, { url: `${base}/missing` }), { status: 404, ok: false, text: 'not here' });
    },
    'a secret is filled in outside of the plugin, which never sees it': async (t) => {
      const before = t.target.outside?.requests.length ?? 0;
      const answer = await ask(t, { url: `${base}/echo`, token: true });
      assert.equal(t.target.outside?.requests[before]?.headers['authorization'], 'Bearer top-secret-4711');
      assert.match(echoed(answer).authorization ?? '', /^Bearer proofpix-secret-[0-9a-f]{32}$/);
    },
    'a redirect is followed within what is granted, and judged anew': async (t) => {
      includes(await ask(t, { url: `${base}/redirect?to=/echo` }), { status: 200, url: `${base}/echo` });
      includes(await ask(t, { url: `${base}/redirect`, maxRedirects: 0 }), { status: 302 });
      for (const to of ['https://other.example.org/', 'https://inside.example.org/', 'http://api.example.org/'])
        assert.equal(await t.value('code', `${base}/redirect?to=${encodeURIComponent(to)}`), 'http_blocked', to);
    },
    'names that lead to addresses which are not public are refused, and recorded': async (t) => {
      for (const name of ['inside', 'loopback', 'metadata'])
        assert.equal(await t.value('code', `https://${name}.example.org/`), 'http_blocked', name);
      assert.ok((await t.target.violations(t.id, 1)).includes('http_blocked'));
    },
    'a secret is not sent where it may not go': async (t) => {
      const work = await t.act('ask', { url: 'https://other.example.org/', token: true });
      includes(work, { ok: false });
      assert.ok((await t.target.violations(t.id, 1)).includes('secret_misdirected'));
    },
    'an answer over 10 MB is refused': async (t) => {
      assert.equal(await t.value('code', `${base}/large`), 'http_too_large');
    },
  },
};
