import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArchive } from '@proofpix/scanner/read-archive';

/** What people pack plugins with. A tool that is not on this machine is skipped, which the report shows. */
const archivers: readonly (readonly [tool: string, command: string, file: string])[] = [
  ['zip', 'zip -qr OUT .', 'a.zip'],
  ['zip', 'zip -qr -fz OUT .', 'a.zip'],
  ['zip', 'zip -qr -0 - . | cat > OUT', 'a.zip'],
  ['7zz', '7zz a -bso0 OUT .', 'a.zip'],
  ['7zz', '7zz a -bso0 -ttar OUT.tar . && 7zz a -bso0 -tgzip OUT OUT.tar', 'a.tar.gz'],
  ['bsdtar', 'bsdtar -caf OUT .', 'a.zip'],
  ['bsdtar', 'bsdtar --format zip --options zip:zip64 -cf OUT *', 'a.zip'],
  ['bsdtar', 'bsdtar --format pax -czf OUT .', 'a.tar.gz'],
  ['bsdtar', 'bsdtar --format gnutar -czf OUT *', 'a.tar.gz'],
  ['tar', 'tar -H gnu -czf OUT .', 'a.tar.gz'],
  ['tar', 'tar -H posix -czf OUT *', 'a.tgz'],
  ['tar', 'tar -cf OUT.tar . && gzip -c OUT.tar > OUT', 'a.tar.gz'],
  [
    'git',
    'git init -q . && git add . && git -c user.name=a -c user.email=a@b.c commit -qm a && git archive -o OUT HEAD',
    'a.zip',
  ],
  [
    'git',
    'git init -q . && git add . && git -c user.name=a -c user.email=a@b.c commit -qm a && git archive --prefix=p/ -o OUT HEAD',
    'a.tar.gz',
  ],
  ['python3', 'python3 -m zipfile -c OUT index.js lib', 'a.zip'],
  ['python3', 'python3 -m tarfile -c OUT index.js lib', 'a.tar.gz'],
];

const contents: Record<string, string> = {
  'index.js': 'exports.hooks = {};\n',
  'lib/a.js': 'x'.repeat(5_000),
  'lib/\u00fcn\u00ef.js': 'u',
  [`lib/${'m'.repeat(120)}.js`]: 'long',
  [`lib/${'d'.repeat(60)}/${'n'.repeat(60)}.js`]: 'deep',
};

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'archivers-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what archivers make is accepted, whole', () => {
  test.for(archivers)('%s: %s', async ([tool, command, file], { skip }) => {
    skip(spawnSync('which', [tool]).status !== 0, `${tool} is not on this machine`);
    const work = mkdtempSync(join(folder, 'plugin-'));
    for (const [path, content] of Object.entries(contents)) {
      mkdirSync(join(work, path, '..'), { recursive: true });
      writeFileSync(join(work, path), content);
    }
    const out = join(mkdtempSync(join(folder, 'out-')), file);
    execFileSync('sh', ['-c', command.replaceAll('OUT', out)], { cwd: work });
    const { files } = await readArchive(readFileSync(out), { fileName: file });
    const read = [...files].filter(([path]) => !path.startsWith('.git/'));
    const plain = read.map(([path, bytes]) => [path.replace(/^p\//, ''), Buffer.from(bytes).toString()]);
    expect(Object.fromEntries(plain)).toEqual(contents);
  });
});
