import type { RestorePoint } from '@proofpix/contract/api/updates';
import { routes } from '@proofpix/contract/routes';
import { serverSettings } from '../config.ts';
import { CommandFailure } from '../failure.ts';
import { asking, deadline, isExposed, openServer } from '../install/server.ts';
import { tokenOf } from '../install/token.ts';
import { printable, printableJson } from '../printable.ts';
import { paintFor } from '../terminal.ts';

export type RollbackOptions = { to?: string; reason?: string; server?: string; token?: string; json: boolean };

/** Lists what a plugin can be set back to, or sets it back: package, grants, configuration and storage together. */
export async function rollback(plugin: string, { to, reason, json, ...options }: RollbackOptions): Promise<void> {
  const settings = serverSettings();
  const server = openServer(options.server ?? settings.url, await tokenOf(options.token ?? settings.token));
  if (isExposed(server.url)) console.error('Warning: the token goes over the network unencrypted. Use https.');
  const params = { id: plugin };
  const { items } = await asking(server, () =>
    server.call(routes.plugins.restorePoints, { params, signal: deadline() }),
  );
  if (to === undefined) {
    if (json) return console.log(printableJson(items, 2));
    if (items.length === 0) return console.log('No earlier state is kept yet.');
    for (const point of items) console.log(describe(point));
    return;
  }
  const point = items.find(({ id, version }) => id === to || version === to);
  if (point === undefined)
    throw new CommandFailure(`"${printable(to)}" is neither a restore point nor a version that is kept.`, {
      hints: [`Kept are: ${items.map(({ version }) => printable(version)).join(', ') || 'none'}.`],
    });
  const body = { to: point.id, ...(reason === undefined ? {} : { reason }) };
  const done = await asking(server, () => server.call(routes.plugins.rollback, { params, body, signal: deadline() }));
  if (json) return console.log(printableJson(done, 2));
  const paint = paintFor(process.stdout);
  console.log(`${paint.good('✓')} ${paint.strong(done.id)} is ${printable(done.version)} again, ${done.state}.`);
}

function describe({ id, version, at, reason, values, obstacle }: RestorePoint): string {
  const words = { update: 'before an update', config: 'before its settings changed', rollback: 'before a rollback' };
  const refused = obstacle === null ? '' : ` · cannot be restored: ${printable(obstacle.message)}`;
  return `${id}  ${printable(version)}  ${at}  ${words[reason]}, ${values} stored values${refused}`;
}
