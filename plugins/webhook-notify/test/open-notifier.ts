import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateConfig, withDefaults } from '@proofpix/contract/config-schema';
import { Problem } from '@proofpix/contract/errors';
import type { Finding } from '@proofpix/contract/findings';
import type { Json } from '@proofpix/contract/json';
import { manifestHooks } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { HookResult } from '@proofpix/contract/runs';
import { createHost } from '@proofpix/host/host';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { readPackage } from '@proofpix/scanner/read-package';

type Sent = { type: string; data: Json; endpoint?: string };

export type Notifier = AsyncDisposable & {
  sent: Sent[];
  log: string[];
  /** The code by which the next message is refused. */
  refuse: 'webhook_not_sent' | 'host_call_limit' | null;
  grants: Set<Permission>;
  analyze(photo: { name?: string; findings?: Finding[]; metadata?: Record<string, Json> }): Promise<HookResult>;
};

/** The plugin as it is shipped, packed and read by the intake, in a real runner under a real host. */
export async function openNotifier(config: Record<string, Json> = {}): Promise<Notifier> {
  const directory = dirname(dirname(fileURLToPath(import.meta.url)));
  const { files, manifest, digest } = await readPackage((await packPlugin(directory)).archive);
  const schema = manifest.configSchema ?? { type: 'object' };
  const wrong = validateConfig(schema, config);
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong));
  const notifier: Pick<Notifier, 'sent' | 'log' | 'refuse' | 'grants'> = {
    sent: [],
    log: [],
    refuse: null,
    grants: new Set(manifest.permissions),
  };
  const host = createHost({
    spareRunners: 0,
    capabilities: createMemoryCapabilities({
      log: (_, { level, message }) => void notifier.log.push(`${level} ${message}`),
      webhooks: {
        async send(_installation, message) {
          if (notifier.refuse !== null) throw new Problem(notifier.refuse);
          notifier.sent.push(message);
          return { id: 'msg_1', endpoints: 1 };
        },
      },
    }),
  });
  await host.load({
    id: 'installation',
    organisationId: 'organisation',
    pluginId: manifest.id,
    version: manifest.version,
    digest,
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: 0,
    readFiles: async () => files,
    grants: () => notifier.grants,
    config: async () => withDefaults(schema, config) ?? {},
  });
  return Object.assign(notifier, {
    analyze({ name = 'a.jpg', findings = [], metadata = {} }: Parameters<Notifier['analyze']>[0]) {
      const file = { id: 'photo', name, type: 'image/jpeg', size: 12, sha256: 'ab'.repeat(32) };
      const input = { file, metadata, findings } as Json; // findings are JSON
      return host.call({ installationId: 'installation', hook: 'data:analyze', input });
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  });
}
