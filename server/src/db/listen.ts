import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';

const retryMilliseconds = 1_000;

/**
 * Hears what is notified on a channel, over a connection of its own that comes back when it is lost. What was notified in
 * between is not heard: whoever listens also looks by itself now and then.
 */
export async function listenTo(
  connectionString: string,
  channel: string,
  listener: (payload: string) => void,
): Promise<AsyncDisposable> {
  const stopping = new AbortController();
  let client = await open();

  async function open(): Promise<Client> {
    const opened = new Client({ connectionString, connectionTimeoutMillis: 10_000, application_name: 'proofpix' });
    opened.on('error', () => {}); // 'end' follows
    await opened.connect();
    opened.on('notification', ({ payload = '' }) => listener(payload));
    await opened.query(`listen ${opened.escapeIdentifier(channel)}`);
    opened.once('end', () => void reopen());
    return opened;
  }

  async function reopen(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await wait(retryMilliseconds, undefined, { signal: stopping.signal, ref: false });
        client = await open();
        return;
      } catch {
        // Not there yet, or stopping: the condition of the loop.
      }
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await client.end();
    },
  };
}
