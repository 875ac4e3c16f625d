import type { ConfigSchema } from '@proofpix/contract/config-schema';
import type { Permission } from '@proofpix/contract/permissions';
import type { Installation } from './capabilities.ts';

/** A custom hook as its plugin's manifest declares it. */
export type CustomHook = { input?: ConfigSchema; output?: ConfigSchema; permission?: Permission };

/** The declaration of a hook of the plugin's own, or null. */
export function customHookOf(installation: Installation, hook: string): CustomHook | null {
  const declared = installation.manifest.customHooks;
  if (!hook.startsWith(`${installation.pluginId}:`) || declared === undefined || !Object.hasOwn(declared, hook))
    return null;
  // checkManifest ran checkConfigSchema over both schemas before the plugin could be installed.
  return declared[hook] as CustomHook;
}
