import type { App } from '../../http/bind.ts';
import type { Runs } from './open-runs.ts';

/** Binds the tables `runs` and `events`. */
export function bindRunRoutes(_app: App, _runs: Runs): void {
  throw new Error('replaced by the implementation');
}
