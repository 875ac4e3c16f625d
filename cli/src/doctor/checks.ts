import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, rm, statfs, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createHash } from 'node:crypto';
import { arch, platform, release } from 'node:os';
import { createHost } from '@proofpix/host/host';
import { probeLayers } from '@proofpix/host/spawn-runner';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';
import { serverEnvironment } from '../config.ts';
import { photoInMemory } from '../dev/dev-session.ts';
import { localOrganisation } from '../installation.ts';
import { createLocalCapabilities } from '../local-capabilities.ts';
import { collectDerivedFiles } from '../local-photo.ts';
import { choosePlugins } from '../run/choose-plugins.ts';
import { openLocalHost } from '../run/local-host.ts';
import { runOne } from '../run/run-one.ts';
import { bytesText } from '../terminal.ts';

/** `warn`: it works, but not as well or as safely as it could. `fail`: something of ProofPix does not work. */
export type Diagnosis = { state: 'ok' | 'warn' | 'fail'; detail: string; remedy?: string };

const answerMilliseconds = 5_000;
const GB = 1_000_000_000;

/** Everything that ProofPix needs here, each tried and not assumed. In the order in which one builds on the other. */
export const checks: Readonly<Record<string, () => Promise<Diagnosis[]>>> = {
  node: async () => [
    { state: 'ok', detail: `Node ${process.versions.node}, which runs server, runners and command line` },
  ],
  npm,
  platform: async () => [
    process.platform === 'linux'
      ? { state: 'ok', detail: `${platform()} ${arch()}, ${release()}` }
      : {
          state: 'warn',
          detail: `${platform()} ${arch()}: for development`,
          remedy: 'Plugins of strangers need the layers of Linux around them.',
        },
  ],
  sandbox,
  runner,
  photo,
  'data folder': dataFolder,
  disk,
  port,
  database,
};

function npm(): Promise<Diagnosis[]> {
  return new Promise((resolve) => {
    execFile('npm', ['--version'], { timeout: answerMilliseconds }, (error, stdout) => {
      const version = stdout.trim();
      const major = Number(version.split('.')[0]);
      if (error !== null)
        resolve([
          {
            state: 'warn',
            detail: 'npm does not answer',
            remedy: 'Install npm 10 or newer: plugins get their dependencies by it.',
          },
        ]);
      else if (major < 10) resolve([{ state: 'warn', detail: `npm ${version}`, remedy: 'Install npm 10 or newer.' }]);
      else resolve([{ state: 'ok', detail: `npm ${version}` }]);
    });
  });
}

async function sandbox(): Promise<Diagnosis[]> {
  try {
    const { layers } = await probeLayers();
    return layers.map(({ layer, on, detail }) =>
      on
        ? { state: 'ok', detail: `${layer}: ${detail}` }
        : { state: 'warn', detail: `${layer} is off`, remedy: detail },
    );
  } catch (error) {
    return [
      {
        state: 'fail',
        detail: `no runner can be started: ${said(error)}`,
        remedy: 'Run "npm ci" again: it brings isolated-vm for this system.',
      },
    ];
  }
}

/** A process boots, opens isolated-vm and answers. */
async function runner(): Promise<Diagnosis[]> {
  await using host = createHost({ capabilities: createLocalCapabilities(() => undefined), spareRunners: 0 });
  const began = performance.now();
  await host.ping();
  return [{ state: 'ok', detail: `a runner with isolated-vm answers (${(performance.now() - began).toFixed(0)} ms)` }];
}

async function photo(): Promise<Diagnosis[]> {
  const { plugins } = await choosePlugins({ plugin: ['exif-reader'], bundled: false, config: [] });
  await using local = openLocalHost(plugins, { lanes: 1, say: () => undefined });
  const bytes = makeSamplePhoto();
  const sample = photoInMemory('sample.jpg', bytes, createHash('sha256').update(bytes).digest('hex'));
  const run = await runOne({
    host: local.host,
    organisationId: localOrganisation,
    photo: sample,
    derivedFiles: () => collectDerivedFiles(async () => undefined),
    say: () => undefined,
  });
  const problem = run.steps.find(({ ok }) => !ok)?.error;
  if (problem !== undefined) return [{ state: 'fail', detail: `the sample photo: ${problem.message}` }];
  return [{ state: 'ok', detail: `the sample photo was read: ${Object.keys(run.metadata).length} tags` }];
}

async function dataFolder(): Promise<Diagnosis[]> {
  const { dataDir } = serverEnvironment();
  const place = await nearest(dataDir);
  try {
    await access(place, constants.W_OK);
    const folder = await mkdtemp(join(place, '.proofpix-doctor-'));
    await writeFile(join(folder, 'file'), 'written');
    await rm(folder, { recursive: true });
    return [{ state: 'ok', detail: `${dataDir} ${place === dataDir ? 'can be written' : 'can be made'}` }];
  } catch {
    return [
      {
        state: 'fail',
        detail: `${dataDir} cannot be written`,
        remedy: 'Give the folder to the user who starts the server, or set DATA_DIR.',
      },
    ];
  }
}

async function disk(): Promise<Diagnosis[]> {
  const { dataDir } = serverEnvironment();
  const { bavail, bsize } = await statfs(await nearest(dataDir));
  const free = bavail * bsize;
  const detail = `${bytesText(free)} free for ${dataDir}`;
  if (free < 0.2 * GB) return [{ state: 'fail', detail, remedy: 'Photos would be refused soon: make room.' }];
  return [
    free < 2 * GB ? { state: 'warn', detail, remedy: 'A few hundred photos fill this.' } : { state: 'ok', detail },
  ];
}

/** The folder itself, or the nearest one above it that is there. */
async function nearest(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    if ((await stat(place).catch(() => undefined))?.isDirectory() || place === dirname(place)) return place;
  }
}

function port(): Promise<Diagnosis[]> {
  const { port: number, host } = serverEnvironment();
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    return Promise.resolve([
      { state: 'fail', detail: 'PORT is no port', remedy: 'Set PORT to a number from 0 to 65535.' },
    ]);
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isUsed = error.code === 'EADDRINUSE';
      resolve([
        isUsed
          ? {
              state: 'warn',
              detail: `port ${number} on ${host} is in use`,
              remedy: 'Fine if that is ProofPix. Otherwise set PORT to another.',
            }
          : {
              state: 'fail',
              detail: `port ${number} on ${host} cannot be used (${error.code})`,
              remedy: 'Set HOST and PORT to others.',
            },
      ]);
    });
    server.listen(number, host, () =>
      server.close(() => resolve([{ state: 'ok', detail: `port ${number} on ${host} is free` }])),
    );
  });
}

/** Asks for encryption as any client does at first: whatever the answer, only PostgreSQL gives it. */
function database(): Promise<Diagnosis[]> {
  const { databaseUrl } = serverEnvironment();
  if (!databaseUrl)
    return Promise.resolve([{ state: 'ok', detail: 'the embedded database (DATABASE_URL is not set)' }]);
  if (!URL.canParse(databaseUrl))
    return Promise.resolve([
      {
        state: 'fail',
        detail: 'DATABASE_URL is no address',
        remedy: 'It looks like postgres://user:password@host:5432/name.',
      },
    ]);
  const { hostname, port: number } = new URL(databaseUrl);
  const where = `PostgreSQL at ${hostname}:${number || 5432}`;
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(number || 5432) });
    const fail = (why: string) => {
      socket.destroy();
      resolve([{ state: 'fail', detail: `${where} ${why}`, remedy: 'Start it, or mend DATABASE_URL.' }]);
    };
    socket.setTimeout(answerMilliseconds, () => fail('does not answer'));
    socket.once('error', (error: NodeJS.ErrnoException) => fail(`cannot be reached (${error.code})`));
    socket.once('connect', () => socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])));
    socket.once('data', (answer) => {
      socket.destroy();
      const isPostgres = answer[0] === 0x53 || answer[0] === 0x4e;
      resolve([
        isPostgres
          ? { state: 'ok', detail: `${where} answers; whether the password is right, the server says at its start` }
          : { state: 'fail', detail: `${hostname} answers, but not as PostgreSQL`, remedy: 'Mend DATABASE_URL.' },
      ]);
    });
  });
}

export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
