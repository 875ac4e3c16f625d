// A host of its own process, perhaps another user's, that starts owned runners in each way that this machine allows, and
// prints what they could do. Its environment, its data and a file that it inherited hold the text of the first argument.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frameTypes } from '@proofpix/contract/wire';
import { candidates } from '@proofpix/host/layers/candidates';
import { readableOf, runnerCommand, type Confinement } from '@proofpix/host/layers/command';
import { layerStates } from '@proofpix/host/layers/layer-states';
import { probe } from '@proofpix/host/layers/probe';
import { programs } from '@proofpix/host/layers/programs';
import { startProcess } from '@proofpix/host/layers/spawner';
import { freeUserId, takeUserId } from '@proofpix/host/layers/user-ids';
import { limitMemory } from '@proofpix/host/memory-limit';
import { ProcessFiles } from '@proofpix/host/process-files';
import { Runner } from '@proofpix/host/runner-process';
import type { OwnedWay } from './owned-way.ts';

const MB = 1024 * 1024;
const [canary = ''] = process.argv.slice(2);
const script = fileURLToPath(new URL('./owned-runner.mjs', import.meta.url));
const isRoot = process.getuid?.() === 0;

await using opened = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), 'proofpix-owned-'));
opened.defer(() => rmSync(folder, { recursive: true }));
// Its own data are open to nobody else, what lies around it is open to all, as on most machines.
chmodSync(folder, 0o755);
const dataFolder = mkdtempSync(join(folder, 'data-'));
const database = join(dataFolder, 'database');
writeFileSync(database, canary, { mode: 0o600 });
const shared = mkdtempSync(join(folder, 'shared-'));
chmodSync(shared, 0o777);

async function listen(where: { host: string; port: number } | { path: string }): Promise<AddressInfo> {
  const server = createServer((socket) => socket.destroy());
  opened.defer(() => void server.close());
  server.listen(where);
  await once(server, 'listening');
  return server.address() as AddressInfo; // or a path, which is not looked at
}
const tcp = await listen({ host: '127.0.0.1', port: 0 });
const abstract = `\0proofpix-${process.pid}`;
await listen({ path: abstract });
const local = join(shared, 'socket');
await listen({ path: local });
chmodSync(local, 0o777);
const udp = createSocket('udp4').bind(0, '127.0.0.1');
opened.defer(() => void udp.close());
await once(udp, 'listening');

async function start(confinement: Confinement, isFree: boolean): Promise<Runner> {
  const flags = isFree ? [] : ['--permission', '--allow-addons', `--allow-fs-read=${script}`];
  const own = ['--no-node-snapshot', '--no-warnings', ...flags, script];
  const user = takeUserId();
  const runner = new Runner(
    await startProcess(runnerCommand(confinement, { arguments: own, readable: [...readableOf(own), script], user })),
  );
  void runner.gone.then(() => freeUserId(user));
  const { json } = await next(runner);
  if (json !== '{}') throw new Error('It did not greet.');
  return runner;
}

function next(runner: Runner): Promise<{ json: string }> {
  return new Promise((resolve, reject) => {
    runner.listener = {
      frame: resolve,
      broken: (detail) => reject(new Error(detail)),
      ended: ({ code, signal, output }) => reject(new Error(`It ended (${signal ?? code}). ${output}`)),
      drained: () => {},
    };
  });
}

/** What an owned runner could do, with Node's own flags around it or free of them. */
async function attack(confinement: Confinement, other: number, isFree: boolean): Promise<Record<string, unknown>> {
  const runner = await start(confinement, isFree);
  const files = new ProcessFiles(runner.pid);
  const limit = (files.readPeak()?.dataBytes ?? 0) + 96 * MB;
  files.close();
  await limitMemory(runner.pid, limit, { final: true });
  const answered = next(runner);
  runner.send(
    frameTypes.load,
    1,
    JSON.stringify({
      canary,
      database,
      dataFolder,
      abstract,
      local,
      other,
      host: process.pid,
      isNumberedAlike: confinement.namespaces !== 'bwrap',
      publicFile: '/etc/passwd',
      tcp: tcp.port,
      udp: udp.address().port,
      newFile: join(shared, 'new'),
      tooMuch: 400 * MB,
    }),
  );
  const { json } = await answered;
  runner.kill();
  await runner.gone;
  return JSON.parse(json) as Record<string, unknown>; // written by owned-runner.mjs
}

const ways: OwnedWay[] = [];
const all = await candidates(programs, isRoot);
const strongest = new Map(all.toReversed().map((way) => [way.namespaces, way]));
const tried = [...strongest.values()].toReversed();
const bare = all.at(-1);
if (bare !== undefined) tried.push(bare);
for (const confinement of tried) {
  const name = confinement === bare ? 'bare' : confinement.namespaces;
  try {
    const findings = await probe(confinement, { files: [script], readable: [script] });
    const other = await start(confinement, false);
    ways.push({
      name,
      layers: layerStates({ confinement, findings, isRoot }),
      flagged: await attack(confinement, other.pid, false),
      free: await attack(confinement, other.pid, true),
    });
    other.kill();
    await other.gone;
  } catch (error) {
    ways.push({ name, failed: String(error) });
  }
}
console.log(JSON.stringify(ways));
