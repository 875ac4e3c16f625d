import { generateKeyPairSync, sign } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import type { Capabilities } from './capabilities.ts';
import { createGuardedClient } from './http/guarded-client.ts';
import { createMemoryStorage } from './memory-storage.ts';

/**
 * The outside of a host without a server: storage and the evidence key live as long as the process, what needs a server
 * is refused. For the command line, test hosts and benchmarks, which override what they want to see.
 */
export function createMemoryCapabilities(overrides: Partial<Capabilities> = {}): Capabilities {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');

  return {
    storage: createMemoryStorage(),
    attest: async (organisationId, digest) => {
      const time = new Date().toISOString();
      const statement = `proofpix-attestation-v1\norganisation: ${organisationId}\nsha256: ${digest}\ntime: ${time}\n`;
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

function needsServer(): never {
  throw new Problem('host_call_unavailable');
}
