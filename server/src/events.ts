import type { Notice } from '@proofpix/contract/notices';
import type { RunEvent } from '@proofpix/contract/runs';

export type OrganisationEvent = RunEvent | Notice;

/**
 * What is told to those who watch, within this process and one organisation. Nothing correct depends on it: whoever
 * subscribes reads the state from the database first.
 */
export type Events = {
  publish(organisationId: string, event: OrganisationEvent): void;
  subscribe(organisationId: string, listener: (event: OrganisationEvent) => void): Disposable;
};

export function createEvents(onListenerError: (error: unknown) => void = () => {}): Events {
  const listeners = new Map<string, Set<(event: OrganisationEvent) => void>>();
  return {
    publish(organisationId, event) {
      // A copy: a listener may unsubscribe itself or others while it is told.
      for (const listener of new Set(listeners.get(organisationId))) {
        try {
          listener(event);
        } catch (error) {
          // One broken watcher must not keep the others from hearing, nor the run from going on.
          onListenerError(error);
        }
      }
    },
    subscribe(organisationId, listener) {
      // Wrapped, so that the same function subscribed twice is told twice and unsubscribes once.
      const own = (event: OrganisationEvent) => listener(event);
      const set = listeners.get(organisationId) ?? new Set();
      listeners.set(organisationId, set.add(own));
      return {
        [Symbol.dispose]() {
          set.delete(own);
          if (set.size === 0 && listeners.get(organisationId) === set) listeners.delete(organisationId);
        },
      };
    },
  };
}
