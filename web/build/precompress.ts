import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const compressible = /\.(js|css|svg|json|txt)$/;

/**
 * Writes `.br` and `.gz` beside each file that gets smaller by it. Not beside index.html: the server puts a nonce into
 * it at each request.
 */
export async function precompress(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((candidate) => compressible.test(candidate))) {
    const file = join(folder, name);
    const bytes = await readFile(file);
    const [small, smaller] = await Promise.all([
      zip(bytes, { level: 9 }),
      brotli(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      }),
    ]);
    if (small.length < bytes.length) await writeFile(`${file}.gz`, small);
    if (smaller.length < bytes.length) await writeFile(`${file}.br`, smaller);
  }
}
