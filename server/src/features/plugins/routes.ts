import type { App } from '../../http/bind.ts';
import type { Marketplace } from '../marketplace/open-marketplace.ts';
import type { PluginParts } from './parts.ts';

/** Binds the tables `plugins`, `hooks` and `jobs`. */
export function bindPluginRoutes(_app: App, _parts: { plugins: PluginParts; marketplace: Marketplace }): void {
  throw new Error('replaced by the implementation');
}
