import { generateKeyPairSync, sign } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Capabilities, Installation, StoredValue } from './capabilities.ts';
import { createGuardedClient } from './http/guarded-client.ts';

/**
 * The outside of a host without a server: storage and the evidence key live as long as the process, what needs a server
 * is refused. For the command line, test hosts and benchmarks, which override what they want to see.
 */
export function createMemoryCapabilities(overrides: Partial<Capabilities> = {}): Capabilities {
  const stores = new Map<string, Map<string, StoredValue>>();
  let changes = 0;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');

  function storeOf({ id }: Installation): Map<string, StoredValue> {
    const store = stores.get(id) ?? new Map<string, StoredValue>();
    stores.set(id, store);
    return store;
  }

  return {
    storage: {
      get: async (installation, key) => storeOf(installation).get(key) ?? { value: null, version: 0 },
      set: async (installation, key, value, { ifVersion }) => {
        const store = storeOf(installation);
        const before = store.get(key)?.version ?? 0;
        if (ifVersion !== undefined && ifVersion !== before) throw new Problem('storage_conflict');
        const others = [...store].filter(([name]) => name !== key);
        const used = others.reduce((sum, [name, kept]) => sum + name.length + JSON.stringify(kept.value).length, 0);
        if (used + JSON.stringify(value).length > limits.storageQuotaBytes) throw new Problem('storage_quota');
        // Never one that was there before: a key that was deleted and made again is another one.
        changes += 1;
        store.set(key, { value, version: changes });
        return changes;
      },
      delete: async (installation, key) => storeOf(installation).delete(key),
      list: async (installation, { prefix, after, limit }) =>
        [...storeOf(installation).keys()]
          .filter((key) => key.startsWith(prefix) && byBytes(key, after) > 0)
          .sort(byBytes)
          .slice(0, limit),
    },
    attest: async (organisationId, digest) => {
      const statement = `proofpix-attestation-v1\norganisation: ${organisationId}\nsha256: ${digest}\n`;
      return {
        statement,
        signature: sign(null, Buffer.from(statement), privateKey).toString('base64'),
        publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      };
    },
    http: { client: createGuardedClient(), secret: async () => null },
    webhooks: { send: async () => needsServer() },
    oauth: { token: async () => needsServer() },
    security: { report: async () => undefined, events: async () => [] },
    measure: () => undefined,
    log: () => undefined,
    observe: () => undefined,
    violation: () => undefined,
    died: () => undefined,
    circuit: () => undefined,
    quarantined: () => undefined,
    ...overrides,
  };
}

/** As a server's database sorts keys. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function needsServer(): never {
  throw new Problem('host_call_unavailable');
}
