import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import { readUsage, type UsageParts } from './read-usage.ts';

/** Binds the table `usage`. */
export function bindUsageRoutes(app: App, usage: UsageParts): void {
  bind(app, routes.usage.read, async ({ caller }) => ({ status: 200, body: await readUsage(usage, caller) }));
}
