import type { Target } from './target.ts';
import { archives } from './targets/archives.ts';
import { code } from './targets/code.ts';
import { dependencies } from './targets/dependencies.ts';
import { manifest } from './targets/manifest.ts';

/** What can be fuzzed, by the name on the command line. */
export const targets = { archives, manifest, code, dependencies } as const satisfies Record<string, Target>;

export type TargetName = keyof typeof targets;

export function isTargetName(name: string | undefined): name is TargetName {
  return name !== undefined && Object.hasOwn(targets, name);
}
