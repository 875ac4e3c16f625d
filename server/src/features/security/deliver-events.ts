import type { Json } from '@proofpix/contract/json';
import type { Installation } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import { runHook } from '@proofpix/host/run-hook';
import type { Log } from '../../log.ts';
import type { NewSecurityEvent } from './queries.ts';

/** Events on their way to plugins, an organisation; more are only recorded. */
const waitingDeliveries = 20;
/** Deliveries to one organisation in a minute: what a listener sets off in others may come back as an event of theirs. */
const deliveriesPerMinute = 60;

type Deliveries = { waiting: number; done: Promise<void>; minuteEnds: number; thisMinute: number };

/**
 * Tells the plugins that listen for security events. A plugin that listens never causes one that others hear: two of them
 * could otherwise provoke each other for ever.
 */
export function createDelivery(log: Log): (host: Host, installation: Installation, event: NewSecurityEvent) => void {
  const organisations = new Map<string, Deliveries>();

  function roomFor(organisationId: string): Deliveries | null {
    const now = Date.now();
    for (const [id, { waiting, minuteEnds }] of organisations) {
      if (waiting === 0 && minuteEnds <= now) organisations.delete(id);
    }
    const own = organisations.get(organisationId) ?? {
      waiting: 0,
      done: Promise.resolve(),
      minuteEnds: now + 60_000,
      thisMinute: 0,
    };
    organisations.set(organisationId, own);
    if (own.minuteEnds <= now) Object.assign(own, { minuteEnds: now + 60_000, thisMinute: 0 });
    if (own.waiting >= waitingDeliveries || own.thisMinute >= deliveriesPerMinute) return null;
    own.waiting += 1;
    own.thisMinute += 1;
    return own;
  }

  return function deliver(host, installation, event) {
    const { organisationId } = installation;
    const listeners = host.implementers(organisationId, 'security:event');
    if (listeners.length === 0 || listeners.some(({ id }) => id === installation.id)) return;
    const own = roomFor(organisationId);
    if (own === null) return;
    const data = heard(event);
    own.done = own.done
      .then(async () => void (await runHook(host, { organisationId, hook: 'security:event', data })))
      .catch((error: unknown) => log.warn({ err: error }, 'a security event could not be delivered'))
      .then(() => void (own.waiting -= 1));
  };
}

/** What another plugin is told: never of other organisations, and no ids of the database but the event's own. */
function heard(event: NewSecurityEvent): { readonly [name: string]: Json } {
  const { id, type, severity, title, detail, evidence, pluginId, version, at } = event;
  return { id, type, severity, title, detail, evidence, plugin: pluginId, version, at: at.toISOString() };
}
