import { expect, test } from 'vitest';
import type { ViolationSeverity } from '@proofpix/contract/violations';
import type { Installation } from '@proofpix/host/capabilities';
import { createSecurityRecord, fitEvidence, type Happened } from './record-events.ts';

const installation = (id: string, organisationId = 'an organisation') =>
  ({ id, organisationId, pluginId: id, version: '1.0.0', digest: 'ab' }) as Installation; // all that is read of it
const happened = (detail: string, severity: ViolationSeverity = 'low', type = 'log_limit'): Happened => ({
  type,
  severity,
  title: 'What it did',
  detail,
  evidence: {},
});
const nobody = () => false;

test('the same within a minute is one row with a count, also once the row was written, and a new row after it', () => {
  let now = 0;
  const record = createSecurityRecord(() => now);
  const one = installation('one');
  expect([1, 2, 3].map(() => record.add(one, happened('a')).repeated)).toEqual([false, true, true]);
  const first = record.take(nobody);
  expect(first.events).toMatchObject([{ detail: 'a', count: 3 }]);
  record.add(one, happened('a'));
  record.add(one, happened('a'));
  expect(record.take(nobody)).toEqual({
    events: [],
    repeats: [{ id: first.events[0]?.id, installationId: 'one', count: 2 }],
  });
  now = 60_000;
  expect(record.add(one, happened('a')).repeated).toBe(false);
});

test('a flood of different things is counted, and what is critical is a row of its own all the same', () => {
  const record = createSecurityRecord(() => 0);
  const one = installation('one');
  for (let index = 0; index < 10_000; index += 1) record.add(one, happened(`flood ${index}`));
  record.add(one, happened('the attack', 'critical', 'frame_forged'));
  const { events, repeats } = record.take(nobody);
  expect(events).toHaveLength(31);
  expect(events.reduce((sum, { count }) => sum + count, 0)).toBe(10_001);
  expect(repeats).toEqual([]);
  expect(events.at(-1)).toMatchObject({ severity: 'critical', detail: 'the attack', count: 1 });
});

test('many hostile plugins of one organisation keep a bounded number of rows waiting, and others keep theirs', () => {
  const record = createSecurityRecord(() => 0);
  for (let plugin = 0; plugin < 100; plugin += 1) {
    const hostile = installation(`hostile-${plugin}`);
    for (let index = 0; index < 30; index += 1) record.add(hostile, happened(`flood ${index}`));
  }
  record.add(installation('hostile-99'), happened('the attack', 'critical', 'frame_forged'));
  record.add(installation('honest', 'another organisation'), happened('a mistake'));
  const { events } = record.take(nobody);
  const counted = events.reduce((sum, { count }) => sum + count, 0);
  expect(events).toHaveLength(502);
  expect(counted + record.takeLost()).toBe(3_002);
  expect(record.takeLost()).toBe(0);
  expect(events.slice(-2)).toMatchObject([{ detail: 'the attack' }, { detail: 'a mistake' }]);
});

test('what could not be written is kept with what came meanwhile, and what is held waits for its rows', () => {
  const record = createSecurityRecord(() => 0);
  const [one, staged] = [installation('one'), installation('staged')];
  record.add(one, happened('a'));
  record.add(staged, happened('b'));
  const batch = record.take((id) => id === 'staged');
  expect(batch.events).toMatchObject([{ detail: 'a' }]);
  record.add(one, happened('a'));
  record.restore(batch);
  record.add(staged, happened('b'));
  const again = record.take(nobody);
  expect(again.events.map(({ detail, count }) => [detail, count])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect(again.repeats).toMatchObject([{ id: batch.events[0]?.id, count: 1 }]);
  expect(record.isEmpty()).toBe(true);
});

test('texts are cut to what the table takes, without half characters and NUL; of the evidence what fits is kept', () => {
  const record = createSecurityRecord(() => 0);
  const { event } = record.add(installation('one'), {
    ...happened(`${'\u{1F600}'.repeat(1_500)}`),
    title: `a\0b${'x'.repeat(500)}`,
  });
  expect(event.title).toBe(`a\uFFFDb${'x'.repeat(197)}`);
  expect(event.detail.isWellFormed()).toBe(true);
  expect(event.detail.length).toBeLessThanOrEqual(2_000);
  expect(fitEvidence({ a: 1, big: 'x'.repeat(3_000), b: [2] })).toEqual({ a: 1, b: [2], leftOut: true });
  expect(fitEvidence({ a: 'ä'.repeat(900) })).toEqual({ a: 'ä'.repeat(900) });
  const all = fitEvidence(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`name ${index}`, index])));
  expect(Buffer.byteLength(JSON.stringify(all))).toBeLessThanOrEqual(2_048);
});
