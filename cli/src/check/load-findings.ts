import { Problem } from '@proofpix/contract/errors';
import { manifestHooks } from '@proofpix/contract/manifest';
import { createHost } from '@proofpix/host/host';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import type { Package } from '@proofpix/scanner/package';
import { installationOf } from '../installation.ts';
import { closest } from '../suggest.ts';
import type { CheckFinding } from './findings.ts';

/**
 * Loads the plugin into a real sandbox, as the server does, and compares what its code exports with what its manifest
 * declares. Nothing goes out: whoever checks a stranger's package does not want it to tell somebody.
 */
export async function findingsOfLoading(plugin: Package): Promise<CheckFinding[]> {
  const memory = createMemoryCapabilities();
  const blocked = async (): Promise<never> => {
    throw new Problem('http_blocked', 'A check reaches nothing.');
  };
  const http = { ...memory.http, client: { ...memory.http.client, request: blocked } };
  await using host = createHost({ capabilities: { ...memory, http }, spareRunners: 0 });
  // Without the declared hooks: a missing one would end the loading, and hide the others.
  const installation = { ...installationOf(plugin, { position: 0 }), hooks: [] };
  const file = plugin.main;
  try {
    await host.load(installation);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const place = /\(?([^\s()]+\.[cm]?[jt]s):(\d+):\d+\)?/.exec(error.message);
    return [
      {
        severity: 'error',
        code: error.code,
        message: error.message,
        file: place?.[1] ?? file,
        ...(place ? { line: Number(place[2]) } : {}),
      },
    ];
  }
  const exported = host.state(installation.id).exportedHooks ?? new Set<string>();
  const declared = manifestHooks(plugin.manifest).map(({ name }) => name);
  const missing = declared.filter((name) => !exported.has(name));
  const silent = [...exported].filter((name) => !declared.includes(name));
  return [
    ...missing.map((name, index): CheckFinding => {
      const meant = closest(name, silent);
      const hint =
        meant === undefined
          ? 'Write the hook, or take it out of the manifest.'
          : `Did you mean "${meant}", which it exports?`;
      return {
        severity: 'error',
        code: 'plugin_hook_missing',
        message: `Declares the hook ${name}, but its code does not export it.`,
        file: 'manifest.json',
        field: `/hooks/${declared.indexOf(name, index)}`,
        hint,
      };
    }),
    ...silent.map((name): CheckFinding => ({
      severity: 'warning',
      code: 'hook_not_declared',
      message: `Exports the hook ${name}, but its manifest does not declare it: nothing will call it.`,
      file,
      hint: `Add "${name}" to hooks in manifest.json.`,
    })),
  ];
}
