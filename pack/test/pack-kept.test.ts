import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { packKept } from '../src/pack-kept.ts';
import { packPlugin } from '../src/pack-plugin.ts';

let base: string;
let plugin: string;
let folder: string;

beforeAll(async () => void (base = await mkdtemp(join(tmpdir(), 'proofpix-kept-'))));
afterAll(() => rm(base, { recursive: true, force: true }));

beforeEach(async () => {
  const own = await mkdtemp(join(base, 'case-'));
  plugin = join(own, 'kept-plugin');
  folder = join(own, 'kept');
  await mkdir(join(plugin, 'src'), { recursive: true });
  const manifest = {
    id: 'kept-plugin',
    name: 'Kept plugin',
    version: '1.0.0',
    description: 'A plugin whose package is kept',
    author: 'Somebody',
    type: 'processor',
    category: 'other',
    permissions: ['files'],
    hooks: ['file:process'],
  };
  await writeFile(join(plugin, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(
    join(plugin, 'src', 'index.ts'),
    "import { word } from './word.ts';\nexport const hooks = { 'file:process': () => ({ metadata: { word } }) };\n",
  );
  await writeFile(join(plugin, 'src', 'word.ts'), "export const word: string = 'one';\n");
});

const keptArchive = async () => {
  const name = (await readdir(folder)).find((each) => each.endsWith('.zip'));
  return join(folder, name ?? 'nothing was kept');
};

test('a kept package is read, not packed again, while nothing it is made from changes', async () => {
  const first = await packKept(plugin, { folder, packer: 'a' });
  expect(first.digest).toBe((await packPlugin(plugin)).digest);
  const mark = Buffer.from('what lies there');
  await writeFile(await keptArchive(), mark);
  const second = await packKept(plugin, { folder, packer: 'a' });
  expect(Buffer.from(second.archive)).toEqual(mark);
  expect(second).toMatchObject({ digest: first.digest, fileName: first.fileName });
});

test.each([
  ['a module', () => writeFile(join(plugin, 'src', 'word.ts'), "export const word: string = 'two';\n")],
  ['a file beside it', () => writeFile(join(plugin, 'README.md'), '# Kept\n')],
])('%s that changed or came makes it pack again', async (_what, change) => {
  const before = await packKept(plugin, { folder, packer: 'a' });
  await change();
  const after = await packKept(plugin, { folder, packer: 'a' });
  expect(after.digest).not.toBe(before.digest);
  expect(after.digest).toBe((await packPlugin(plugin)).digest);
});

test('another packer, a broken note and a missing archive make it pack again', async () => {
  const { archive } = await packKept(plugin, { folder, packer: 'a' });
  await writeFile(await keptArchive(), 'not an archive');
  expect((await packKept(plugin, { folder, packer: 'b' })).archive).toEqual(archive);
  await writeFile(join(folder, 'kept-plugin.json'), '{');
  expect((await packKept(plugin, { folder, packer: 'b' })).archive).toEqual(archive);
  await rm(await keptArchive());
  expect((await packKept(plugin, { folder, packer: 'b' })).archive).toEqual(archive);
});
