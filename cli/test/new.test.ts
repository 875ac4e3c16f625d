import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPackage } from '@proofpix/scanner/read-package';
import { samplePhoto } from '../../sdk/src/sample-photo.ts';
import { openTestHost } from '../../sdk/src/test-host.ts';
import { runCommand, type Outcome } from '../../test/run-command.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const bin = join(root, 'cli/bin/proofpix.mjs');
const types = ['processor', 'connector', 'analyzer', 'utility'] as const;
/** npm fetches the sandbox and Node 24, once for all four. */
const minutes = 60_000;
const noRegistry = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/;

let folder: string;
let installed: { ok: boolean; output: string };

function run(command: string, args: string[], cwd: string): Promise<Outcome> {
  // Nothing of this project's own npm: a plugin is written, installed and tested outside of it.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(?!config_registry)|INIT_CWD|NODE_(?!EXTRA_CA_CERTS)|VITEST)/i.test(name),
    ),
  );
  return runCommand(command, args, { cwd, env });
}

const proofpix = (...args: string[]) => run(process.execPath, [bin, ...args], folder);
const npm = (type: string, ...args: string[]) => run('npm', args, join(folder, type));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofpix-new-'));
  for (const type of types) {
    const { code, stderr } = await proofpix('new', type, '--type', type, '--id', `made-${type}`);
    if (code !== 0) throw new Error(stderr);
  }
  const { code, stdout, stderr } = await npm('processor', 'install', '--prefer-offline', '--no-progress');
  installed = { ok: code === 0, output: `${stdout}${stderr}` };
  if (!installed.ok && !noRegistry.test(installed.output)) throw new Error(installed.output);
  if (!installed.ok)
    return console.log('SKIPPED: the registry cannot be reached, new plugins are not installed and tested');
  // All four ask for the same packages: they find them above themselves.
  await rename(join(folder, 'processor/node_modules'), join(folder, 'node_modules'));
}, 8 * minutes);
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(types)(
  'a new %s has green tests, passes the check, and packs into what a server takes and loads',
  async (type) => {
    if (!installed.ok) return expect(installed.output).toMatch(noRegistry);
    const tests = await npm(type, 'test');
    expect(tests.stdout + tests.stderr).toMatch(/# fail 0|ℹ fail 0/);
    expect(tests.stdout).toMatch(/(#|ℹ) pass [2-9]/);
    expect(tests.code).toBe(0);
    const check = await npm(type, 'run', 'check');
    expect(check, check.stdout + check.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 errors, 0 warnings'),
    });
    const pack = await npm(type, 'run', 'pack');
    expect(pack, pack.stderr).toMatchObject({ code: 0 });

    const archive = await readFile(join(folder, type, `made-${type}-1.0.0.zip`));
    const { manifest, files } = await readPackage(archive);
    expect(manifest).toMatchObject({ id: `made-${type}`, type, license: 'Apache-2.0' });
    expect([...files.keys()]).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'icon.svg', 'index.js']));
    // What it was made with stays at home.
    expect(Buffer.from(files.get('package.json') ?? []).toString()).not.toContain('proofpix/sdk');
    await using host = await openTestHost({ http: () => Response.json({}) });
    await host.install(archive);
    const result = await host.run(samplePhoto());
    expect(result.steps.map(({ error }) => error)).toEqual(result.steps.map(() => undefined));
  },
  5 * minutes,
);

test(
  'the command writes a plugin in the package too, with itself as the dependency',
  async () => {
    if (!installed.ok) return expect(installed.output).toMatch(noRegistry);
    const made = await run('npx', ['--no-install', 'proofpix', 'new', 'second', '--type', 'utility', '--json'], folder);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const said = JSON.parse(made.stdout) as { files: string[]; next: string[] };
    expect(said).toMatchObject({
      id: 'second',
      name: 'Second',
      type: 'utility',
      next: ['cd second', 'npm install', 'npm test'],
    });
    expect(said.files).toEqual(expect.arrayContaining(['.npmrc', '.gitignore', 'vendor/proofpix-sdk-1.0.0.tgz']));
    // Byte for byte what the checkout built.
    const packages = await Promise.all(
      ['second', 'processor'].map((name) => readFile(join(folder, name, 'vendor/proofpix-sdk-1.0.0.tgz'))),
    );
    expect(packages[0]?.equals(packages[1] ?? Buffer.alloc(0))).toBe(true);
  },
  2 * minutes,
);

test(
  'a folder with something in it is left alone',
  async () => {
    await mkdir(join(folder, 'used'));
    await writeFile(join(folder, 'used/notes.txt'), 'mine');
    expect(await proofpix('new', 'used', '--type', 'processor')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The folder used is not empty. Nothing was written.'),
    });
    expect(await readdir(join(folder, 'used'))).toEqual(['notes.txt']);
  },
  minutes,
);

test(
  'an id, a name or a permission that no manifest may have is refused by its field, and nothing is written',
  async () => {
    const wrong = async (...options: string[]) => proofpix('new', 'wrong', '--type', 'processor', ...options);
    expect((await wrong('--id', 'No')).stderr).toContain('/id must be 3 to 50 characters of a-z, 0-9 and -');
    expect((await wrong('--id', 'install')).stderr).toContain('/id is reserved');
    expect((await wrong('--name', 'x')).stderr).toContain('/name');
    expect((await wrong('--permission', 'root')).stderr).toContain('/permissions/1 must be one of http, crypto');
    expect((await wrong('--type', 'other')).stderr).toContain('processor, connector, analyzer, utility');
    expect(await readdir(folder)).not.toContain('wrong');
  },
  2 * minutes,
);

test(
  'id and name come from the folder, and what is asked for stands in the manifest',
  async () => {
    const options = ['--permission', 'storage', '--permission', 'crypto', '--license', 'MIT', '--author', 'Jane Doe'];
    const { code, stdout } = await proofpix('new', 'My GPS_reader', '--type', 'processor', ...options);
    expect(code).toBe(0);
    expect(stdout).toContain("cd 'My GPS_reader'");
    const manifest = JSON.parse(await readFile(join(folder, 'My GPS_reader/manifest.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({
      id: 'my-gps-reader',
      name: 'My gps reader',
      author: { name: 'Jane Doe' },
      permissions: ['files', 'storage', 'crypto'],
      license: 'MIT',
    });
    expect(await readFile(join(folder, 'My GPS_reader/LICENSE'), 'utf8')).toContain('Jane Doe');
    expect(await readFile(join(folder, 'My GPS_reader/README.md'), 'utf8')).toMatch(/^# My gps reader\n/);
  },
  minutes,
);
