import { setTimeout as wait } from 'node:timers/promises';

const pollMilliseconds = 100;
const patienceMilliseconds = 20_000;

/** Asks again until the answer will do: log lines and events are seen a moment after they happened. */
export async function until<Value>(ask: () => Promise<Value>, isEnough: (value: Value) => boolean): Promise<Value> {
  for (const end = Date.now() + patienceMilliseconds; ;) {
    const value = await ask();
    if (isEnough(value) || Date.now() > end) return value;
    await wait(pollMilliseconds);
  }
}
