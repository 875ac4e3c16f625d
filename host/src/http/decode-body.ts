import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { OutgoingError } from './outgoing-error.ts';

type Decode = (bytes: Uint8Array, maxOutputLength: number) => Promise<Uint8Array>;

const [gunzipAsync, inflateAsync, inflateRawAsync, brotliAsync, zstdAsync] = [
  promisify(gunzip),
  promisify(inflate),
  promisify(inflateRaw),
  promisify(brotliDecompress),
  promisify(zstdDecompress),
];

const gzip: Decode = (bytes, maxOutputLength) => gunzipAsync(bytes, { maxOutputLength });

const decoders: { readonly [coding: string]: Decode } = {
  gzip,
  'x-gzip': gzip,
  // Servers send either form under this name.
  deflate: (bytes, maxOutputLength) =>
    ((bytes[0] ?? 0) & 0x0f) === 8
      ? inflateAsync(bytes, { maxOutputLength })
      : inflateRawAsync(bytes, { maxOutputLength }),
  br: (bytes, maxOutputLength) => brotliAsync(bytes, { maxOutputLength }),
  // A larger window is memory that no cap on the output counts.
  zstd: (bytes, maxOutputLength) =>
    zstdAsync(bytes, { maxOutputLength, params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
};

/**
 * A body without its content coding. We ask for none, but servers send some all the same. Never grows past the limit,
 * whatever the bytes unfold to; one coding only, since each further one multiplies. @throws OutgoingError
 */
export async function decodeBody(bytes: Uint8Array, coding: string, maxBytes: number): Promise<Uint8Array> {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity' || bytes.length === 0) return bytes;
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (decode === undefined) throw new OutgoingError('failed', `The answer has the coding ${name.slice(0, 60)}.`);
  try {
    // 0 is no limit to zlib.
    const decoded = await decode(bytes, Math.max(1, maxBytes));
    if (decoded.length <= maxBytes) return decoded;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw new OutgoingError('failed', 'The answer could not be decompressed.', { cause: error });
    }
  }
  throw new OutgoingError('too_large', 'The answer unfolds to more than the limit.');
}
