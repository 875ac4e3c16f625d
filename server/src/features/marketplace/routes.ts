import type { App } from '../../http/bind.ts';
import type { Database } from '../../db/database.ts';

export function bindMarketplaceRoutes(_app: App, _parts: { db: Database }): void {
  throw new Error('replaced by the implementation');
}
