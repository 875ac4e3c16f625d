import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { minimise } from '../minimise.ts';
import { createRandom } from '../random.ts';
import { isTargetName, targets } from '../targets.ts';
import { runCases, type Order } from '../worker-process.ts';

const seeds = new URL('../seeds/', import.meta.url);
const worker = new URL('broken-worker.ts', import.meta.url);
const limits = { cpuMilliseconds: 1_500, wallMilliseconds: 3_000, memoryBytes: 200 * 1024 * 1024 };
const entries = Object.entries(targets);

test.each(readdirSync(seeds).filter((name) => name.endsWith('.json')))(
  'what was found once stays mended: %s',
  async (name) => {
    const { target, input } = JSON.parse(readFileSync(new URL(name, seeds), 'utf8')) as Record<string, string>; // our own file
    if (!isTargetName(target) || input === undefined) throw new Error(`${name} is no finding.`);
    await targets[target].check(Buffer.from(input, 'base64'));
  },
);

test.each(entries)('the first cases of a seed pass: %s', async (_, target) => {
  for (let index = 0; index < 400; index += 1) await target.check(target.make(createRandom(1, index)));
});

test.each(entries)('the same numbers make the same input: %s', (_, target) => {
  for (let index = 0; index < 50; index += 1)
    expect(target.make(createRandom(5, index))).toEqual(target.make(createRandom(5, index)));
});

describe('a process in which inputs are tried', () => {
  const end = (order: Order) => runCases({ target: 'broken', worker, order, limits });
  const endOf = async (...input: number[]) => (await end({ input: Uint8Array.from(input) })).ending;

  test('passes what passes', async () => expect(await endOf(0)).toBe(null));
  test('sees an error', async () => expect(await endOf(1)).toMatchObject({ kind: 'crash', died: false }));
  test('sees a loop', async () => expect(await endOf(2)).toMatchObject({ kind: 'hang' }));
  test('sees a wait without end', async () => expect(await endOf(6)).toMatchObject({ kind: 'hang' }));
  test('sees memory that grows', async () => expect(await endOf(3)).toMatchObject({ kind: 'memory' }));
  test('sees a process that ends', async () => expect(await endOf(4)).toMatchObject({ kind: 'crash', died: true }));
  test('sees a rejection that nobody waits for', async () =>
    expect(await endOf(5)).toMatchObject({ kind: 'crash', died: true }));

  test('names the case of a range at which it ended', async () => {
    const random = (index: number) => createRandom(3, index).below(2);
    const index = [...Array(20).keys()].findIndex((at) => random(at) === 1);
    expect(await end({ seed: 3, from: 0, to: 20 })).toMatchObject({ done: index, ending: { kind: 'crash', index } });
  });

  test('that does not start is no finding', async () => {
    const nowhere = new URL('nowhere.ts', import.meta.url);
    const order = { input: Uint8Array.of(0) };
    await expect(runCases({ target: 'broken', worker: nowhere, order, limits })).rejects.toThrow('did not start');
  });

  test('makes an input small', async () => {
    const { smallest } = await end({ shrink: Uint8Array.of(1, 7, 7, 7, 7, 7), most: 100 });
    expect(Buffer.from(smallest ?? [])).toEqual(Buffer.from([1]));
  });
});

test('an input is made small without losing what fails', async () => {
  const text = 'some text around a needle and more text behind it';
  const small = await minimise(Buffer.from(text), async (bytes) => Buffer.from(bytes).includes('needle'), 1_000);
  expect(Buffer.from(small).toString()).toBe('needle');
});
