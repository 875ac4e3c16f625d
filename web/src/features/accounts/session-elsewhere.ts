import { useEffect, useEffectEvent } from 'react';

const name = 'proofpix-session';

/** Tells the other tabs of this browser that somebody signed in or out here: they share the cookie. */
export function announceSession(): void {
  const channel = new BroadcastChannel(name);
  // A channel of this origin alone, which takes no target.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel.postMessage(null);
  channel.close();
}

/** Somebody signed in or out in another tab: what this one shows belongs to whoever was signed in before. */
export function useSessionElsewhere(onChange: () => void): void {
  const changed = useEffectEvent(onChange);
  useEffect(() => {
    const channel = new BroadcastChannel(name);
    channel.addEventListener('message', () => changed());
    return () => channel.close();
  }, []);
}
