import { isNotice, noticeAccess } from '@proofpix/contract/notices';
import type { WebSocket } from 'ws';
import type { OpenParts } from './parts.ts';
import type { Follower } from './follow-run.ts';
import { createTeller, heartbeatMilliseconds } from './teller.ts';

/**
 * All runs of an organisation, what happens to its plugins and that something was recorded, over a WebSocket: a RunEvent or a notice a message.
 * What the client sends is not read.
 */
export function followRuns(
  { events, log }: Pick<OpenParts, 'events' | 'log'>,
  { organisationId, mayWatch, has, signal }: Follower,
  socket: WebSocket,
): void {
  const teller = createTeller({
    mayWatch,
    unsent: () => socket.bufferedAmount,
    send(event) {
      // Runs are for more roles than what plugins did: each notice says who may hear it.
      if (isNotice(event) && !has(noticeAccess[event.type])) return;
      socket.send(JSON.stringify(event));
    },
    end() {
      // Not `close`: it would wait behind everything that a slow reader does not read.
      if (socket.bufferedAmount > 0) socket.terminate();
      else socket.close(1008, 'You may no longer watch.');
    },
    onError: (error) => log.error({ err: error }, 'runs could not be followed'),
  });
  const subscription = events.subscribe(organisationId, (event) => teller.tell(event));
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const heartbeat = setInterval(() => {
    // The other side is gone without a word.
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
    teller.check();
  }, heartbeatMilliseconds);
  heartbeat.unref();
  signal.addEventListener(
    'abort',
    () => {
      subscription[Symbol.dispose]();
      clearInterval(heartbeat);
    },
    { once: true },
  );
}
