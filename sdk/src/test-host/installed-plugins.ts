import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { AccessToken, Capabilities, SecurityEvent } from '@proofpix/host/capabilities';
import { createGuardedClient } from '@proofpix/host/http/guarded-client';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { createMemoryStorage, type MemoryStorage } from '@proofpix/host/memory-storage';
import type { Installation } from '@proofpix/host/capabilities';
import type { InstalledPlugin } from './installed-plugin.ts';
import type { Outside } from './outside.ts';
import { securityEvent, type SecurityReport } from './told.ts';

export type OutsideOfPlugins = {
  outside: Outside;
  /** Names of the organisation's registered addresses. */
  webhooks: readonly string[];
  oauth: Readonly<Record<string, Partial<AccessToken>>>;
  now: () => number;
};

/** The plugins of a test host by installation, and what the host asks the outside for them. */
export class InstalledPlugins {
  readonly capabilities: Capabilities;
  readonly storage: MemoryStorage;
  readonly events: SecurityEvent[] = [];
  readonly #byId = new Map<string, InstalledPlugin>();

  constructor({ outside, webhooks, oauth, now }: OutsideOfPlugins) {
    this.storage = createMemoryStorage(now);
    const told = (installation: Installation) => this.#byId.get(installation.id)?.told;
    const happen = (event: SecurityEvent) => void this.events.unshift(event);
    const tokens = new Map(Object.entries(oauth));
    this.capabilities = createMemoryCapabilities({
      storage: this.storage,
      http: {
        client: createGuardedClient(outside.way),
        secret: async ({ id }, handle) => this.#byId.get(id)?.secret(handle) ?? null,
      },
      webhooks: {
        async send(installation, { type, data, endpoint }) {
          const to = webhooks.filter((name) => endpoint === undefined || name === endpoint);
          if (to.length === 0) throw new Problem('webhook_not_sent', "Name addresses in the test host's `webhooks`.");
          for (const name of to) told(installation)?.webhooks.push({ type, data, endpoint: name });
          return { id: `msg_${told(installation)?.webhooks.length ?? 0}`, endpoints: to.length };
        },
      },
      oauth: {
        async token(_installation, provider) {
          const token = tokens.get(provider);
          if (token === undefined) throw new Problem('oauth_not_connected', "Give a token in the test host's `oauth`.");
          return { accessToken: `${provider}-token`, tokenType: 'Bearer', expiresAt: null, scopes: [], ...token };
        },
      },
      security: {
        report: async (installation, report) => {
          const reports = told(installation)?.reports;
          if ((reports?.length ?? 0) >= limits.securityReportsPerMinute) {
            throw new Problem('host_call_limit', `At most ${limits.securityReportsPerMinute} reports a minute.`);
          }
          reports?.push(report as SecurityReport); // its row was checked, and evidence is JSON
          const { severity, title, detail = '' } = report;
          happen(securityEvent(installation, { type: 'reported', severity, title, detail }, now()));
        },
        events: async (_installation, { limit, before }) => {
          const from = before === undefined ? 0 : this.events.findIndex(({ id }) => id === before) + 1;
          return this.events.slice(from, from + limit);
        },
      },
      measure: (installation, measure) => void told(installation)?.measures.push(measure),
      log: (installation, line) => void told(installation)?.logs.push(line),
      violation: (installation, violation) => {
        told(installation)?.violations.push(violation);
        happen(securityEvent(installation, violation, now()));
      },
      died: (installation, reason) => void told(installation)?.deaths.push(reason),
    });
  }

  get(pluginId: string): InstalledPlugin | undefined {
    return [...this.#byId.values()].find(({ manifest }) => manifest.id === pluginId);
  }

  add(plugin: InstalledPlugin): void {
    this.#byId.set(plugin.id, plugin);
  }

  remove(plugin: InstalledPlugin): void {
    this.#byId.delete(plugin.id);
    this.storage.forget(plugin.id);
  }
}
