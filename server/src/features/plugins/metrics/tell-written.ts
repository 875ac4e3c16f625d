import type { Installation } from '@proofpix/host/capabilities';
import type { Events } from '../../../events.ts';

/** A page that shows figures or log lines asks again when it is told: not more often than somebody can read. */
const shortestPause = 2_000;

/** Tells those who watch an organisation which plugins have new figures, or new lines. */
export type WrittenNotices = Disposable & {
  /** There is something new of the plugin, on its way to the database. */
  note(installation: Installation): void;
  /** It is written. */
  tell(): void;
};

export function createWrittenNotices(events: Events, type: 'plugin:metrics' | 'plugin:logged'): WrittenNotices {
  let noted = new Map<string, Set<string>>();
  let written = new Map<string, Set<string>>();
  let timer: NodeJS.Timeout | null = null;

  function publish(): void {
    timer = null;
    if (written.size === 0) return;
    for (const [organisationId, plugins] of written) {
      events.publish(organisationId, { type, plugins: [...plugins].sort() });
    }
    written = new Map();
    timer = setTimeout(publish, shortestPause);
    timer.unref();
  }

  return {
    note({ organisationId, pluginId }) {
      noted.set(organisationId, (noted.get(organisationId) ?? new Set()).add(pluginId));
    },
    tell() {
      for (const [organisationId, plugins] of noted) {
        written.set(organisationId, new Set([...(written.get(organisationId) ?? []), ...plugins]));
      }
      noted = new Map();
      if (timer === null) publish();
    },
    [Symbol.dispose]() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
