import { generateKeyPairSync, sign } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { Capabilities, Installation } from '@proofpix/host/capabilities';

/** What the host needs, without a server: storage and evidence key live as long as the command. */
export function createLocalCapabilities(write: (line: string) => void): Capabilities {
  const stores = new Map<string, Map<string, Json>>();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');

  function storeOf({ id }: Installation): Map<string, Json> {
    const store = stores.get(id) ?? new Map<string, Json>();
    stores.set(id, store);
    return store;
  }

  return {
    storage: {
      get: async (installation, key) => storeOf(installation).get(key) ?? null,
      set: async (installation, key, value) => {
        const store = storeOf(installation);
        const used = [...store].reduce((sum, [name, kept]) => sum + name.length + JSON.stringify(kept).length, 0);
        if (used + JSON.stringify(value).length > limits.storageQuotaBytes) throw new Problem('storage_quota');
        store.set(key, value);
      },
      delete: async (installation, key) => storeOf(installation).delete(key),
      list: async (installation, prefix) =>
        [...storeOf(installation).keys()].filter((key) => key.startsWith(prefix)).sort(),
    },
    attest: async (organisationId, digest) => {
      const statement = `proofpix-attestation-v1\norganisation: ${organisationId}\nsha256: ${digest}\n`;
      return {
        statement,
        signature: sign(null, Buffer.from(statement), privateKey).toString('base64'),
        publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      };
    },
    log: ({ pluginId }, { level, message }) => write(`${pluginId} ${level}: ${message}`),
    observe: () => undefined,
    violation: ({ pluginId }, { type, detail }) => write(`${pluginId} violation: ${type}: ${detail}`),
    died: ({ pluginId }, { code, detail }) => write(`${pluginId} was stopped: ${code}: ${detail}`),
  };
}
