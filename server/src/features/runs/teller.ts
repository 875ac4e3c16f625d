import type { OrganisationEvent } from '../../events.ts';

export const heartbeatMilliseconds = 15_000;
/** More than this unread, and the reader is cut off: it is slower than what happens, or holds the server's memory on purpose. */
export const unsentBytes = 4 * 1024 * 1024;
/** How long an answer to "may they still watch" counts. A removed member sees nothing that is later than this. */
const trustMilliseconds = 1_000;

export type Teller = {
  /** Sends the event after those before it. */
  tell(event: OrganisationEvent): void;
  /** Ends the connection when they may no longer watch. */
  check(): void;
};

export type Outlet = {
  mayWatch: () => Promise<boolean>;
  /** Bytes that were sent and not yet read by the client. */
  unsent: () => number;
  send(event: OrganisationEvent): void;
  end(): void;
  onError(error: unknown): void;
};

/** Tells one reader what happens, in order, as long as they may watch and keep up. */
export function createTeller({ mayWatch, unsent, send, end, onError }: Outlet): Teller {
  const waiting: OrganisationEvent[] = [];
  // Whoever opened the connection was signed in a moment ago.
  let askedAt = performance.now();
  let telling = false;
  let ended = false;

  async function tellAll(): Promise<void> {
    if (performance.now() - askedAt > trustMilliseconds) {
      const may = await mayWatch();
      askedAt = performance.now();
      if (!may) return stop();
    }
    for (const event of waiting.splice(0)) {
      if (ended) return;
      send(event);
      if (unsent() > unsentBytes) return stop();
    }
  }
  function stop(): void {
    ended = true;
    waiting.length = 0;
    end();
  }
  function start(): void {
    if (telling || ended) return;
    telling = true;
    tellAll()
      .catch((error: unknown) => {
        onError(error);
        stop();
      })
      .finally(() => {
        telling = false;
        if (waiting.length > 0) start();
      });
  }

  return {
    tell(event) {
      if (ended) return;
      waiting.push(event);
      start();
    },
    check() {
      askedAt = -Infinity;
      start();
    },
  };
}
