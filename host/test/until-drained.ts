import { expect } from 'vitest';
import type { Installation } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import { callOf } from './open-host.ts';

/** Waits until a busy runner is asked to make room: it then gets no further call, which is seen by trying. */
export async function untilDrained(host: Host, installation: Installation): Promise<void> {
  const waiting = (): number => {
    const probe = new AbortController();
    host.call(callOf(installation, { signal: probe.signal })).catch(() => {});
    const { waitingCalls } = host.state(installation.id);
    probe.abort();
    return waitingCalls;
  };
  await expect.poll(waiting, { timeout: 15_000 }).toBe(1);
}
