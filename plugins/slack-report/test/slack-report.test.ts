import { afterEach, expect, test } from 'vitest';
import { finding, openSlack, secretPath, type Slack } from './open-slack.ts';

let slack: Slack;
async function open(config?: Parameters<typeof openSlack>[0]): Promise<Slack> {
  return (slack = await openSlack(config));
}
afterEach(() => slack?.[Symbol.asyncDispose]());

const account = { channel: 'C123' };
const limited = (seconds: number) => ({ status: 429, headers: { 'retry-after': String(seconds) } });
function sections(index: number): string[] {
  const { body } = slack.asked[index] ?? expect.fail(`There is no message ${index}.`);
  return (body.blocks as { text: { text: string } }[]).map(({ text }) => text.text); // what the plugin sends
}

test('a photo with findings is one message to the webhook, whose path only the host knows', async () => {
  await open();
  const findings = [finding('note', 'Weak'), finding('possible', 'Middle'), finding('strong', 'Strong')];
  expect(await slack.analyze('kitchen.jpg', findings)).toMatchObject({ ok: true, result: {} });
  expect(slack.asked).toHaveLength(1);
  expect(slack.asked[0]).toMatchObject({
    host: 'hooks.slack.com',
    path: `/services/${secretPath}`,
    authorization: undefined,
    body: { text: 'kitchen.jpg: 2 findings\n• strong: Strong\n• possible: Middle', unfurl_links: false },
  });
  expect(sections(0)).toEqual(['kitchen.jpg: 2 findings\n• strong: Strong\n• possible: Middle']);
  expect(slack.log).toEqual([]);
});

test('a photo without findings is only reported where that is wanted', async () => {
  await open();
  expect(await slack.analyze('clean.jpg', [finding('note', 'Weak')])).toMatchObject({ ok: true });
  expect(slack.asked).toEqual([]);
  await slack[Symbol.asyncDispose]();
  await open({ ...account, reportClean: true });
  slack.answers = [{ status: 200, body: '{"ok":true}' }];
  await slack.analyze('clean.jpg', []);
  expect(sections(0)).toEqual(['clean.jpg: nothing found']);
});

test('without a webhook the connected account posts to the channel that is named', async () => {
  await open(account);
  slack.answers = [{ status: 200, body: '{"ok":true}' }];
  expect(await slack.analyze('a.jpg')).toMatchObject({ ok: true });
  expect(slack.asked[0]).toMatchObject({
    host: 'slack.com',
    path: '/api/chat.postMessage',
    authorization: 'Bearer xoxb-token',
    body: { channel: 'C123' },
  });
});

test('names and titles give no commands, links or lines of their own', async () => {
  await open();
  await slack.analyze('<!channel> & <https://evil.example|here>\n• strong: forged\u202e', [
    finding('strong', '*bold*'),
  ]);
  const { text, blocks } = slack.asked[0]?.body ?? {};
  expect(text).toBe(
    '&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt; • strong: forged: 1 finding\n• strong: *bold*',
  );
  expect(blocks).toMatchObject([{ type: 'section', text: { type: 'plain_text', emoji: false } }]);
});

test('when Slack wants silence the reports wait, and leave together with the next one', async () => {
  await open();
  slack.answers = [limited(600), { status: 200, body: 'ok' }];
  expect(await slack.analyze('1.jpg')).toMatchObject({ ok: true });
  expect(slack.asked).toHaveLength(1);
  // The silence has not passed: nothing is asked.
  await slack.analyze('2.jpg');
  expect(slack.asked).toHaveLength(1);
  await slack.endSilence();
  // Whatever photo comes next: this one has nothing to report itself.
  await slack.analyze('clean.jpg', []);
  expect(slack.asked).toHaveLength(2);
  expect(slack.asked[1]?.body.text).toBe('2 photos were analyzed');
  expect(sections(1).map((text) => text.split(':', 1)[0])).toEqual(['1.jpg', '2.jpg']);
  await slack.analyze('3.jpg');
  expect(sections(2)).toHaveLength(1);
});

test('of too many reports the oldest are left out, and the message says how many', async () => {
  await open();
  slack.answers = [limited(600), { status: 200, body: 'ok' }];
  for (let index = 0; index < 53; index += 1) await slack.analyze(`${index}.jpg`);
  await slack.endSilence();
  await slack.analyze('clean.jpg', []);
  await slack.analyze('clean.jpg', []);
  // Ten in a message, three messages for a photo.
  expect(slack.asked).toHaveLength(1 + 5);
  const sent = [1, 2, 3, 4, 5].flatMap(sections).map((text) => text.split(':', 1)[0] ?? '');
  expect(sent.filter((name) => name.endsWith('.jpg'))).toEqual(
    Array.from({ length: 50 }, (_, index) => `${index + 3}.jpg`),
  );
  expect(sections(1)).toContain('3 earlier reports were left out.');
  expect(sections(2)).not.toContain('3 earlier reports were left out.');
}, 60_000);

test('reports of photos that are analyzed at the same moment are each sent once', async () => {
  await open();
  const names = Array.from({ length: 12 }, (_, index) => `${index}.jpg`);
  const results = await Promise.all(names.map((name) => slack.analyze(name)));
  expect(results.every(({ ok }) => ok)).toBe(true);
  // What the last one of them found taken waits for the next photo.
  await slack.analyze('last.jpg');
  const sent = slack.asked.flatMap((_, index) => sections(index)).map((text) => text.split(':', 1)[0] ?? '');
  expect(sent.toSorted()).toEqual([...names, 'last.jpg'].toSorted());
}, 60_000);

test('a refusal of Slack is a failure that people see, and the report waits until the settings are right', async () => {
  await open(account);
  slack.answers = [{ status: 200, body: '{"ok":false,"error":"channel_not_found"}' }];
  expect(await slack.analyze('a.jpg')).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('Slack refused the report: channel_not_found.') },
  });
  await slack[Symbol.asyncDispose]();
  await open();
  slack.answers = [{ status: 404, body: 'no_service' }];
  const refused = await slack.analyze('a.jpg');
  expect(refused).toMatchObject({ ok: false, error: { message: expect.stringContaining('no_service') } });
  expect(JSON.stringify(refused)).not.toContain(secretPath);
});

test('an account that nobody connected, and a channel that nobody named, say what to do', async () => {
  await open(account);
  slack.connected = false;
  expect(await slack.analyze('a.jpg')).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('Set the incoming webhook, or connect an account of Slack.') },
  });
  await slack[Symbol.asyncDispose]();
  await open({});
  expect(await slack.analyze('a.jpg')).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('Name the channel') },
  });
});

test('a Slack that fails or breaks off lets the report wait, and the photo pass', async () => {
  await open();
  slack.answers = [{ status: 503 }];
  expect(await slack.analyze('a.jpg')).toMatchObject({ ok: true });
  // For a minute nobody asks again.
  expect(await slack.analyze('b.jpg')).toMatchObject({ ok: true });
  expect(slack.asked).toHaveLength(1);
});

test('without the grant it reaches nobody', async () => {
  await open();
  slack.grants.delete('http');
  expect(await slack.analyze('a.jpg')).toMatchObject({ ok: false });
  expect(slack.asked).toEqual([]);
});
