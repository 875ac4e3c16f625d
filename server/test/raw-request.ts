import { request, type IncomingHttpHeaders } from 'node:http';

export type RawAnswer = { status: number; headers: IncomingHttpHeaders; text: string; json: Record<string, unknown> };

/** What `fetch` does not let a test do: send any Host, Origin, method or half a body. */
export function rawRequest(
  url: string,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const target = new URL(url);
  const sent = request(
    {
      host: target.hostname,
      port: target.port,
      path: options.path ?? '/',
      method: options.method ?? 'GET',
      headers: options.headers ?? {},
      agent: false,
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = /json/.test(response.headers['content-type'] ?? '');
        const json = isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {}; // tests look at what they expect
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    },
  );
  sent.on('error', reject);
  sent.end(options.body);
  return promise;
}
