import type { DependencyParts } from './parts.ts';
import { keepAuditing } from './re-audit.ts';

/** Audits what is installed from now on. Dispose it before the queue. */
export async function openDependencies(parts: DependencyParts): Promise<DependencyParts & AsyncDisposable> {
  const auditing = await keepAuditing(parts);
  return { ...parts, [Symbol.asyncDispose]: () => auditing[Symbol.asyncDispose]() };
}
