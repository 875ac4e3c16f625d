import type { PluginParts } from './parts.ts';

export type OpenPlugins = PluginParts & AsyncDisposable;

/**
 * Clears what a crash left half installed and makes every loaded plugin callable; runners start with the first call.
 * Dispose it before the host.
 */
export async function openPlugins(_parts: Omit<PluginParts, 'installations'>): Promise<OpenPlugins> {
  throw new Error('replaced by the implementation');
}
