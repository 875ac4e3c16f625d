import { randomBytes } from 'node:crypto';
import { usualSpares } from '@proofpix/host/pool';
import { writeArchive } from '@proofpix/pack/write-archive';
import { milliseconds, percentile, row, type Row } from './measure.ts';
import { startServer } from './start-server.ts';

/** Milliseconds of `POST /api/plugins/install` of a 100 kB package, granted and loaded, until the plugin runs. */
export async function measure(): Promise<Row[]> {
  await using server = await startServer({ watched: true });
  const token = await server.token();
  const install = async (archive: Uint8Array<ArrayBuffer>) => {
    const form = new FormData();
    form.set('plugin', new Blob([archive]), 'plugin.zip');
    form.set('grants', 'requested');
    form.set('autoLoad', 'true');
    return milliseconds(async () => {
      const response = await fetch(`${server.url}/api/plugins/install`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: form,
      });
      if (response.status === 202) return finished(`${server.url}${response.headers.get('location')}`, token);
      if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    });
  };
  const alone: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    alone.push(await install(await packageOf(100 * 1024)));
    // A spare boots after each installation; one that comes alone finds it ready.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  const ten: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    // The spares of the round before, as somebody finds them who comes later: one boots in a second.
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    // Packed before: what the client does of the ten is no part of what one of them waits for.
    const packages = await Promise.all(Array.from({ length: 10 }, () => packageOf(100 * 1024)));
    ten.push(...(await Promise.all(packages.map(install))));
  }
  const large = await packageOf(49 * 1024 * 1024);
  await server.longestStall();
  const alongside = await install(large);
  const stall = await server.longestStall();
  return [
    row(
      'install_alone',
      'ms to install and load a 100 kB package, p95',
      { ours: percentile(alone, 0.95), rival: 500 },
      '≤ 150 ms; 500 were promised',
    ),
    row(
      'install_ten',
      'ms to install and load, ten at once, p95',
      { ours: percentile(ten, 0.95), rival: 500 },
      '≤ 500 ms',
    ),
    row('install_50mb', 'ms to install and load a package of 49 MB, alone', { ours: alongside }, 'reported'),
    row('install_stall', 'ms that the server stood still at most meanwhile', { ours: stall }, '< 100 ms'),
    row('scanners_warm', 'processes booted ahead that read packages', { ours: usualSpares() }, 'reported'),
  ];
}

/** An installation that takes over two seconds goes on as a job: what counts is when it is done. */
async function finished(url: string, token: string): Promise<void> {
  for (;;) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const job = (await response.json()) as { state: string }; // the contract's reply
    if (job.state === 'done') return;
    if (job.state === 'failed') throw new Error(JSON.stringify(job));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

let serial = 0;

/** A package of about this many bytes that no compressor makes smaller. */
async function packageOf(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  serial += 1;
  const manifest = {
    id: `bench-${serial}`,
    name: 'Bench',
    version: '1.0.0',
    description: 'Measures how long an installation takes',
    author: 'ProofPix',
    type: 'processor',
    category: 'other',
    permissions: ['files'],
    hooks: ['file:process'],
  };
  const text = (value: string) => new TextEncoder().encode(value);
  // Code is a part of most packages that is not large; the rest are pictures, tables, fonts.
  const codeBytes = Math.min(bytes, 100 * 1024);
  const code = `module.exports.hooks = { 'file:process': () => ({ metadata: {} }) };\n// ${randomBytes((codeBytes * 3) / 4).toString('base64')}`;
  const others = bytes > codeBytes ? [['table.dat', randomBytes(bytes - codeBytes)] as const] : [];
  const archive = await writeArchive(
    new Map([['manifest.json', text(JSON.stringify(manifest))], ['index.js', text(code)], ...others]),
  );
  return new Uint8Array(archive);
}
