import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { routes } from '@proofpix/contract/routes';
import { fromCaller, serverSettings } from '../config.ts';
import { CommandFailure } from '../failure.ts';
import { asking, isExposed, openServer } from '../install/server.ts';

export type ExportOptions = { server?: string; ofServer: boolean };

/** As it comes, into a file that is not there yet: half of an export, or one over another, would look like a fault. */
export async function exportTrail(path: string, { server: url, ofServer }: ExportOptions): Promise<void> {
  const settings = serverSettings();
  if (settings.token === undefined)
    throw new CommandFailure('There is no token.', { hints: ['Make one in the web app, and set PROOFPIX_TOKEN.'] });
  const server = openServer(url ?? settings.url, settings.token);
  if (isExposed(server.url)) console.error('Warning: the token goes over the network unencrypted. Use https.');
  const row = ofServer ? routes.audit.serverExport : routes.audit.export;
  const reply = await asking(server, () => server.call(row, { query: { format: 'jsonl' } }));
  if (reply.body === null) throw new CommandFailure('The server answered with nothing.', { exit: 'server' });
  const file = fromCaller(path);
  await pipeline(reply.body, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  console.log(`The trail is in ${path}. Check it with: proofpix audit verify ${path}`);
}
