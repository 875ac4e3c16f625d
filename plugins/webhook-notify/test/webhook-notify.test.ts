import { afterEach, expect, test } from 'vitest';
import type { Finding } from '@proofpix/contract/findings';
import type { Json } from '@proofpix/contract/json';
import { openNotifier, type Notifier } from './open-notifier.ts';

let notifier: Notifier;
async function open(config?: Record<string, Json>): Promise<Notifier> {
  return (notifier = await openNotifier(config));
}
afterEach(() => notifier?.[Symbol.asyncDispose]());

const finding = (severity: Finding['severity'], title: string, more: Partial<Finding> = {}): Finding => ({
  severity,
  confidence: 0.5,
  title,
  explanation: 'Because.',
  ...more,
});

test('a photo with findings is told as flagged, the strongest first, without any metadata', async () => {
  await open();
  const findings = [finding('note', 'Weak'), finding('possible', 'Middle'), finding('strong', 'Strong')];
  const result = await notifier.analyze({
    name: 'kitchen.jpg',
    findings,
    metadata: { GPSLatitude: 61.5, Make: 'Canon' },
  });
  expect(result).toMatchObject({ ok: true, result: {} });
  expect(notifier.sent).toEqual([
    {
      type: 'photo.flagged',
      data: {
        title: 'kitchen.jpg (findings: 2)',
        photo: { id: 'photo', name: 'kitchen.jpg', type: 'image/jpeg', size: 12, sha256: 'ab'.repeat(32) },
        severity: 'strong',
        findings: [
          { severity: 'strong', confidence: 0.5, title: 'Strong', explanation: 'Because.' },
          { severity: 'possible', confidence: 0.5, title: 'Middle', explanation: 'Because.' },
        ],
        findingsLeftOut: 0,
        metadata: {},
      },
    },
  ]);
});

test('a photo without findings is told as processed, or not at all', async () => {
  await open();
  await notifier.analyze({ findings: [finding('note', 'Weak')] });
  expect(notifier.sent).toMatchObject([{ type: 'photo.processed', data: { severity: null, findings: [] } }]);
  await notifier[Symbol.asyncDispose]();
  await open({ sendProcessed: false });
  expect(await notifier.analyze({})).toMatchObject({ ok: true });
  expect(notifier.sent).toEqual([]);
});

test('the settings choose the address, the title and the tags that leave', async () => {
  await open({
    endpoint: 'Claims',
    title: '{severity} {type} {name} {name} {unknown}',
    metadata: ['Make', 'Missing', 'constructor', 'Long', 'Deep'],
    minimumSeverity: 'strong',
  });
  const metadata = { Make: 'Canon', Long: 'x'.repeat(5_000), Deep: Array.from({ length: 500 }, () => 1), Secret: 1 };
  await notifier.analyze({ name: '{count}$&', findings: [finding('strong', 'Strong')], metadata });
  expect(notifier.sent[0]).toMatchObject({
    endpoint: 'Claims',
    data: {
      title: 'strong photo.flagged {count}$& {count}$& {unknown}',
      metadata: { Make: 'Canon', Long: `${'x'.repeat(299)}…`, Deep: '(too large)' },
    },
  });
  const { data } = notifier.sent[0] ?? expect.fail();
  expect(Object.keys((data as { metadata: object }).metadata)).toEqual(['Make', 'Long', 'Deep']);
});

test('the longest message stays within what one may hold', async () => {
  await open({ metadata: Array.from({ length: 30 }, (_, index) => `${'\u20ac'.repeat(190)}${index}`) });
  const euros = (length: number) => '\u20ac'.repeat(length);
  const findings = Array.from({ length: 500 }, () => finding('strong', euros(200), { explanation: euros(4_000) }));
  const tags = Array.from({ length: 30 }, (_, index) => [`${euros(190)}${index}`, euros(4_000)]);
  const result = await notifier.analyze({ name: euros(255), findings, metadata: Object.fromEntries(tags) });
  expect(result).toMatchObject({ ok: true });
  expect(notifier.sent[0]?.data).toMatchObject({ findingsLeftOut: 490 });
  expect(Buffer.byteLength(JSON.stringify(notifier.sent[0]?.data))).toBeLessThan(64 * 1024);
});

test('an organisation without an address is a line in the log; anything else is a failure that people see', async () => {
  await open();
  notifier.refuse = 'webhook_not_sent';
  expect(await notifier.analyze({})).toMatchObject({ ok: true });
  expect(notifier.log).toEqual(['warn No registered address takes photo.processed.']);
  notifier.refuse = 'host_call_limit';
  expect(await notifier.analyze({})).toMatchObject({ ok: false, error: { code: 'host_call_limit' } });
  notifier.refuse = null;
  notifier.grants.delete('webhooks');
  expect(await notifier.analyze({})).toMatchObject({ ok: false });
  expect(notifier.sent).toEqual([]);
});
