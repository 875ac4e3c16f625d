import type { Capabilities } from '@proofpix/host/capabilities';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';

/** What the host needs, without a server: what plugins say and do wrong is written for whoever runs the command. */
export function createLocalCapabilities(write: (line: string) => void): Capabilities {
  return createMemoryCapabilities({
    log: ({ pluginId }, { level, message }) => write(`${pluginId} ${level}: ${message}`),
    violation: ({ pluginId }, { type, detail }) => write(`${pluginId} violation: ${type}: ${detail}`),
    died: ({ pluginId }, { code, detail }) => write(`${pluginId} was stopped: ${code}: ${detail}`),
  });
}
