import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import { exportEvidence, type ControlParts } from './export-evidence.ts';
import { readPeriod } from './read-period.ts';

/** Binds the table `controls`. */
export function bindControlRoutes(app: App, parts: ControlParts): void {
  bind(app, routes.controls.evidence, ({ caller, query, signal }) =>
    exportEvidence(parts, { caller, period: readPeriod(query), signal }),
  );
}
