import { violations } from '@proofpix/contract/violations';
import type { Capabilities, Installation, Violation } from '@proofpix/host/capabilities';
import type { Events } from '../../../events.ts';
import type { History } from '../history/record-history.ts';

const evidenceChars = 600;

/** What the server does about a plugin that may no longer be called. */
export type CircuitListener = {
  /** It did something hostile. */
  quarantined(installation: Installation, reason: string): void;
  /** It failed each time that it was tried again, and stays off until somebody loads or releases it. */
  disabled(installation: Installation, reason: string): void;
};

export type Circuits = {
  listen(listener: CircuitListener): void;
  /** Remembered as what a quarantine is for. */
  violation(installation: Installation, violation: Violation): void;
  changed: Capabilities['circuit'];
  quarantined: Capabilities['quarantined'];
  forget(installationId: string): void;
};

/** Circuits that open and close, and quarantine, told to the plugin's own events, to those who watch and to a listener. */
export function createCircuits({ events, history }: { events: Events; history: History }): Circuits {
  const hostile = new Map<string, Violation>();
  let listener: CircuitListener = { quarantined: () => {}, disabled: () => {} };

  return {
    listen: (given) => void (listener = given),
    violation(installation, violation) {
      if (violations[violation.type].hostile) hostile.set(installation.id, violation);
    },
    changed(installation, { state, reason, retryAt }) {
      const { organisationId, pluginId: plugin, version } = installation;
      if (state === 'closed') {
        history.event(installation, 'plugin:resumed', { version });
        events.publish(organisationId, { type: 'plugin:resumed', plugin });
        return;
      }
      const until = retryAt?.toISOString() ?? null;
      history.event(installation, 'plugin:suspended', {
        version,
        reason,
        ...(until === null ? {} : { retryAt: until }),
      });
      events.publish(organisationId, { type: 'plugin:suspended', plugin, reason, retryAt: until });
      if (until === null) listener.disabled(installation, reason);
    },
    quarantined(installation, reason) {
      const act = hostile.get(installation.id);
      hostile.delete(installation.id);
      const evidence = act === undefined ? '' : JSON.stringify(act.evidence).slice(0, evidenceChars);
      const proof = evidence === '' || evidence === '{}' ? '' : ` Evidence: ${evidence}`;
      listener.quarantined(installation, `${reason}${proof}`);
    },
    forget: (installationId) => void hostile.delete(installationId),
  };
}
