import { Redis as Connection } from 'ioredis';
import type { Log } from './log.ts';

const connectMilliseconds = 2_000;
/** Well above what a busy event loop adds: a command that is given up on was counted all the same. */
const commandMilliseconds = 5_000;
/** One that does not answer is asked again after this: waiting for it at each request would be an outage. */
const restMilliseconds = 2_000;

/** What servers share. Nothing correct depends on it, so it may be gone at any time: whoever asks says what then. */
export type Redis = AsyncDisposable & {
  /** A script over one key or some, which runs in one step for all servers. It gives null where Redis does not answer. */
  script<Answer>(lua: string): (keys: string | readonly string[], ...values: number[]) => Promise<Answer | null>;
  /** Whether it answered when it was asked last. */
  answers(): boolean;
};

/** The connection comes back by itself. A command fails at once while there is none, and none is sent twice. */
export async function openRedis(url: string, log: Log): Promise<Redis> {
  const connection = new Connection(url, {
    lazyConnect: true,
    connectTimeout: connectMilliseconds,
    commandTimeout: commandMilliseconds,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 200, 5_000),
  });
  // Without a listener each would be written to standard error; whoever sends a command hears of it.
  connection.on('error', () => {});
  let answers = true;
  let restsUntil = 0;
  let scripts = 0;

  function lost(error: unknown): null {
    restsUntil = performance.now() + restMilliseconds;
    // The text alone: the error carries the command, and after a refused sign-in that is the password.
    const reason = error instanceof Error ? error.message : 'unknown';
    if (answers) log.warn({ reason }, 'Redis does not answer: this server counts for itself until it does');
    answers = false;
    return null;
  }

  async function ask<Answer>(command: () => Promise<Answer | null>): Promise<Answer | null> {
    if (performance.now() < restsUntil) return null;
    try {
      const answer = await command();
      if (!answers) log.info('Redis answers again');
      answers = true;
      return answer;
    } catch (error) {
      return lost(error);
    }
  }

  await connection.connect().catch(lost);
  return {
    script<Answer>(lua: string) {
      const name = `proofpix${(scripts += 1)}`;
      connection.defineCommand(name, { lua });
      // The line above makes the method; what the script gives is its author's to know.
      const commands = connection as unknown as Record<string, (...values: (string | number)[]) => Promise<Answer>>;
      return (keys, ...values) => {
        const names = typeof keys === 'string' ? [keys] : keys;
        return ask(async () => (await commands[name]?.(names.length, ...names, ...values)) ?? null);
      };
    },
    answers: () => answers,
    [Symbol.asyncDispose]: async () => connection.disconnect(),
  };
}
