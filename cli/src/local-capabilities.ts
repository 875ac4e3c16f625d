import type { Capabilities, Installation } from '@proofpix/host/capabilities';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { localOrganisation } from './installation.ts';
import { printable } from './printable.ts';

/**
 * What the host needs, without a server: what plugins say and do wrong is written for whoever runs the command.
 * However many runners a plugin has, it is one plugin of one organisation: it remembers in one place, and signs with one key.
 */
export function createLocalCapabilities(
  write: (line: string) => void,
  secret: (pluginId: string, handle: string) => string | null = () => null,
): Capabilities {
  const memory = createMemoryCapabilities();
  const say = (line: string) => write(printable(line));
  const one = (installation: Installation): Installation => ({
    ...installation,
    id: `${localOrganisation}/${installation.pluginId}`,
    organisationId: localOrganisation,
  });
  return {
    ...memory,
    storage: {
      get: (installation, key) => memory.storage.get(one(installation), key),
      set: (installation, key, value, options) => memory.storage.set(one(installation), key, value, options),
      delete: (installation, key) => memory.storage.delete(one(installation), key),
      list: (installation, options) => memory.storage.list(one(installation), options),
    },
    attest: (_, digest) => memory.attest(localOrganisation, digest),
    http: { ...memory.http, secret: async ({ pluginId }, handle) => secret(pluginId, handle) },
    log: ({ pluginId }, { level, message }) => say(`${pluginId} ${level}: ${message}`),
    violation: ({ pluginId }, { type, detail }) => say(`${pluginId} violation: ${type}: ${detail}`),
    died: ({ pluginId }, { code, detail }) => say(`${pluginId} was stopped: ${code}: ${detail}`),
  };
}
