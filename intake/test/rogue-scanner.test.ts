import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { ruleSetVersion } from '@proofpix/contract/scan';
import { probeLayers } from '@proofpix/host/spawn-runner';
import { createIntake, type IntakeOptions } from '@proofpix/intake/create-intake';

const MB = 1024 * 1024;
const scannerFile = fileURLToPath(new URL('./doubles/rogue-scanner.mjs', import.meta.url));

function archiveFor(way: string, more: object = {}): Uint8Array {
  return Buffer.from(JSON.stringify({ way, ruleSet: ruleSetVersion, ...more }));
}

/** How a scan by such a process ends, and what was said of each that gave no answer. */
async function scan(archive: Uint8Array, bounds: IntakeOptions['bounds'] = {}) {
  const lost: string[] = [];
  await using intake = createIntake({
    scannerFile,
    spare: 0,
    maximum: 2,
    bounds: { milliseconds: 60_000, ...bounds },
    onLost: ({ reason }) => lost.push(reason),
  });
  const outcome = await intake.scan({ organisationId: 'organisation-1', archive }).catch((error: unknown) => error);
  return { outcome, lost };
}

const lies = [
  'announces a frame larger than any may be',
  'sends a part larger than any may be',
  'sends a frame that only a runner may send',
  'sends bytes before it says what they are',
  'sends no JSON',
  'answers another scan',
  'answers twice',
  'sends more bytes than it announced',
  'names a digest of its own',
  'names too many files',
  'names a file over the limit',
  'names files that are together over the limit',
  'names an archive over the limit',
  'names a path that leads out',
  'names two paths that are one',
  'hides keys in __proto__',
  'hides the files in __proto__',
  'says that a package with a grave finding passes',
  'says that a package without findings is blocked',
  'finds something in a file that is not there',
  'names a dependency by the address of another',
  'finds a dependency in a file that is not there',
  'scanned by other rules',
  'gives files that are no package',
  "refuses with another route's error",
  'refuses with a rule that does not exist',
  'tells progress that is none',
  'tells its progress without end',
  'throws as a rule with a mistake would',
  'ends at once',
  'closes its channel and lives on',
];

describe('a scanner that somebody owns', () => {
  test('is believed where what it says can be', async () => {
    const { outcome, lost } = await scan(archiveFor('honest'));
    expect(outcome).toMatchObject({ package: { manifest: { id: 'rogue-plugin' } }, scan: { verdict: 'pass' } });
    expect(lost).toEqual([]);
    const refused = await scan(archiveFor('refuses honestly'));
    expect(refused.outcome).toMatchObject({ code: 'package_refused', rule: 'no_files' });
  });

  test.each(lies)('that %s has scanned nothing: it is tried once more, and then said', async (way) => {
    const { outcome, lost } = await scan(archiveFor(way));
    expect(outcome).toBeInstanceOf(Problem);
    expect(outcome).toMatchObject({ code: 'package_not_scanned', status: 503 });
    expect(lost).toHaveLength(2);
  });

  test('that never answers is ended, and has scanned nothing', async () => {
    const { outcome, lost } = await scan(archiveFor('never answers'), { milliseconds: 500 });
    expect(outcome).toMatchObject({ code: 'package_not_scanned' });
    expect(lost).toEqual(['It took too long.', 'It took too long.']);
  });

  test('that works for ever is ended by the processor time it used', async () => {
    const { outcome, lost } = await scan(archiveFor('works for ever'), { cpuMilliseconds: 300 });
    expect(outcome).toMatchObject({ code: 'package_not_scanned' });
    expect(lost.map((reason) => /processor time/.test(reason))).toEqual([true, true]);
  });

  test('that takes all memory is ended, and has scanned nothing', async () => {
    const { outcome, lost } = await scan(archiveFor('takes all memory'), { memoryBytes: 64 * MB });
    expect(outcome).toMatchObject({ code: 'package_not_scanned' });
    expect(lost).toHaveLength(2);
  });

  test('reaches no file, program, network or variable of the server', async () => {
    await using opened = new AsyncDisposableStack();
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.defer(() => void server.close());
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const { outcome } = await scan(archiveFor('looks around', { port }));
    expect(outcome).toBeInstanceOf(Problem);
    const seen = JSON.parse((outcome as Problem).detail ?? '') as Record<string, unknown>;
    expect(seen).toMatchObject({ variables: [], reads: 'ERR_ACCESS_DENIED', writes: 'ERR_ACCESS_DENIED' });
    expect(seen.starts).not.toBe('done');
    const { layers } = await probeLayers();
    const isAlone = layers.find(({ layer }) => layer === 'namespaces')?.on;
    expect(seen.connects === 'done').toBe(isAlone !== true);
  });
});

describe('scans of many organisations', () => {
  test('take turns: one with many packages keeps no other waiting', async () => {
    await using intake = createIntake({ scannerFile, spare: 0, maximum: 1 });
    const ended: string[] = [];
    const send = (organisationId: string) =>
      intake
        .scan({ organisationId, archive: archiveFor('refuses honestly') })
        .catch(() => {})
        .then(() => ended.push(organisationId));
    const greedy = Array.from({ length: 15 }, () => send('greedy'));
    const others = Array.from({ length: 9 }, (_, index) => send(`organisation-${index}`));
    await Promise.all([...greedy, ...others]);
    // The first was at work already, and one more may have its turn before the others.
    expect(ended.slice(0, 11).filter((organisationId) => organisationId !== 'greedy')).toHaveLength(9);
  });

  test('of one that sends more than may wait are refused at once', async () => {
    await using intake = createIntake({ scannerFile, spare: 0, maximum: 1 });
    const send = (organisationId: string) =>
      intake.scan({ organisationId, archive: archiveFor('refuses honestly') }).catch(({ code }: Problem) => code);
    const all = Array.from({ length: 21 }, () => send('greedy'));
    const other = send('other');
    expect((await Promise.all(all)).filter((code) => code === 'sandbox_busy')).toHaveLength(1);
    expect(await other).toBe('package_refused');
  });
});
