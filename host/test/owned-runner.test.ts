import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sandboxLayerNames, type SandboxLayer } from '@proofpix/contract/sandbox-layers';
import { programs } from '@proofpix/host/layers/programs';
import type { OwnedWay } from './owned-way.ts';

const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;
const ordinaryUser = '61234';

/** Which layers refuse each attack, each of them alone; and what those that are off must say about it. */
const attacks: { readonly [attack: string]: { refusedBy: readonly SandboxLayer[]; words: RegExp } } = {
  'reads its environment': { refusedBy: ['environment'], words: /keys and passwords/ },
  'reads the database': { refusedBy: ['user', 'namespaces'], words: /its files, the database among them/ },
  'lists the data folder': { refusedBy: ['user', 'namespaces'], words: /its files, the database among them/ },
  'reads a file of the machine': { refusedBy: ['namespaces'], words: /use the files/ },
  'reads the environment of the server': { refusedBy: ['user', 'namespaces'], words: /environment/ },
  'reads the memory of the server': { refusedBy: ['user', 'namespaces'], words: /memory/ },
  'writes the memory of the server': { refusedBy: ['user', 'namespaces'], words: /memory/ },
  'signals the server': { refusedBy: ['user', 'namespaces'], words: /end the server/ },
  'signals its parent': { refusedBy: ['user', 'namespaces'], words: /end the server/ },
  'reads the memory of another runner': { refusedBy: ['user', 'namespaces'], words: /those of other plugins/ },
  'signals another runner': { refusedBy: ['user', 'namespaces'], words: /end the server/ },
  'sees processes': { refusedBy: ['namespaces'], words: /see which processes run/ },
  'connects by TCP': { refusedBy: ['namespaces'], words: /network/ },
  'sends by UDP': { refusedBy: ['namespaces'], words: /network/ },
  'connects to an abstract socket': { refusedBy: ['namespaces'], words: /network/ },
  'connects to a socket in a folder': { refusedBy: ['namespaces'], words: /local sockets/ },
  'starts a program': { refusedBy: ['namespaces'], words: /programs/ },
  'raises its limits': { refusedBy: ['user', 'namespaces'], words: /programs|memory/ },
  'makes a file': { refusedBy: ['namespaces'], words: /files/ },
  'takes more memory than it may': { refusedBy: ['memory-limit'], words: /memory/ },
};
/** Refused by Node as long as nothing has left it. */
const refusedByNode = Object.keys(attacks).filter((attack) =>
  /^(reads (the|a)|writes|lists|sees|starts|raises|makes)/.test(attack),
);

const hostFile = fileURLToPath(new URL('./owned-host.ts', import.meta.url));
const text = `canary-${randomUUID()}`;

/** The host as this user, or as an ordinary one; it inherits an open file, as a server does from a careless script. */
async function ownedWays(user?: string): Promise<OwnedWay[]> {
  const become = ['setpriv', '--reuid', user ?? '', '--regid', user ?? '', '--clear-groups', '--'];
  const program = [...(user === undefined ? [] : become), process.execPath, '--no-warnings'];
  const [first = '', ...rest] = [...program, hostFile, text];
  const secret = join(tmpdir(), text);
  writeFileSync(secret, text, { mode: 0o600 });
  const inherited = openSync(secret, 'r');
  const child = spawn(first, rest, {
    env: { DATABASE_PASSWORD: text },
    // Far up, where Node itself does not look for what it inherited.
    stdio: ['ignore', 'pipe', 'inherit', ...Array<'ignore'>(37).fill('ignore'), inherited],
  });
  closeSync(inherited);
  rmSync(secret);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  return JSON.parse(output) as OwnedWay[]; // printed by owned-host.ts
}

/** A user who may read the checkout, and may make namespaces. */
function can(user: string | undefined, ...command: string[]): boolean {
  const become = user === undefined ? [] : ['setpriv', '--reuid', user, '--regid', user, '--clear-groups', '--'];
  const [program = '', ...rest] = [...become, ...command];
  return spawnSync(program, rest, { stdio: 'ignore' }).status === 0;
}

const users: { name: string; user: string | undefined; asRoot: boolean }[] = [
  { name: 'root', user: undefined, asRoot: true },
  { name: 'an ordinary user', user: isRoot ? ordinaryUser : undefined, asRoot: false },
];

for (const { name, user, asRoot } of users) {
  const isPossible = isLinux && (isRoot || !asRoot) && can(user, 'test', '-r', import.meta.filename);
  if (!isPossible) console.log(`Skipped: runners of a server of ${name} cannot be tried here.`);

  describe.runIf(isPossible)(`a runner that somebody owns, of a server that is ${name}`, async () => {
    const ways = isPossible ? await ownedWays(user) : [];
    for (const way of ways) console.log(`${name}, ${way.name}: ${way.failed ?? 'tried'}`);
    const working = ways.filter(({ failed }) => failed === undefined);
    const isOff = (way: OwnedWay, layer: SandboxLayer) =>
      way.layers?.find((each) => each.layer === layer)?.on === false;

    it('is tried in every way in which runners can be started', () => {
      expect(working.map((way) => way.name)).toContain('bare');
      for (const way of working) {
        for (const outcomes of [way.flagged, way.free]) {
          expect(Object.keys(outcomes ?? {}).sort(), way.name).toEqual(
            [...Object.keys(attacks), 'finds an open file'].sort(),
          );
        }
      }
    });

    it('can do nothing that a layer refuses, and what it can do is named by the layers that are missing', () => {
      for (const way of working) {
        for (const outcomes of [way.flagged, way.free]) {
          for (const [attack, { refusedBy, words }] of Object.entries(attacks)) {
            if (outcomes?.[attack] !== true) continue;
            expect(
              refusedBy.filter((layer) => !isOff(way, layer)),
              `${way.name}: it ${attack}, against`,
            ).toEqual([]);
            const said = way.layers?.filter(({ layer }) => refusedBy.includes(layer)).map(({ detail }) => detail);
            expect(said?.join(' '), `${way.name}: it ${attack}`).toMatch(words);
          }
        }
      }
    });

    it('finds no file open that the server had inherited', () => {
      for (const { flagged, free } of working) {
        expect([flagged, free].map((outcomes) => outcomes?.['finds an open file'])).toEqual([
          'none holds it',
          'none holds it',
        ]);
      }
    });

    it('is stopped by Node alone while it has not left Node', () => {
      for (const way of working) {
        for (const attack of refusedByNode)
          expect(way.flagged?.[attack], `${way.name}: ${attack}`).toBe('ERR_ACCESS_DENIED');
      }
    });

    it.runIf(programs.setpriv !== undefined && programs.prlimit !== undefined)(
      'has the layers without which it is never started here',
      () => {
        const expected: SandboxLayer[] = ['environment', 'node-permissions', 'parent-death', 'memory-limit'];
        if (asRoot) expected.push('user');
        for (const way of working.filter((each) => each.name !== 'bare')) {
          for (const layer of expected) expect(isOff(way, layer), `${way.name}: ${layer}`).toBe(false);
        }
      },
    );

    it.runIf(programs.bwrap !== undefined && can(user, 'unshare', ...(asRoot ? [] : ['-U']), '-n', 'true'))(
      'has all layers under bubblewrap, and can do nothing at all',
      () => {
        const [strongest] = working;
        expect(strongest?.name).toBe('bwrap');
        expect(strongest?.layers?.filter(({ on }) => on).map(({ layer }) => layer)).toEqual(sandboxLayerNames);
        for (const outcomes of [strongest?.flagged, strongest?.free]) {
          expect(Object.entries(outcomes ?? {}).filter(([, outcome]) => outcome === true)).toEqual([]);
        }
      },
    );
  });
}
