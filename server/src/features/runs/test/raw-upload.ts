import { request } from 'node:http';
import type { TestMember } from '../../../../test/start-server.ts';

export type RawAnswer = { status: number; body: string };

const boundary = 'a-boundary-of-the-test';

/**
 * Sends a form by hand, part by part: what `fetch` would never send, such as a body that is cut off. Resolves with the
 * answer, or with undefined when the connection ended without one.
 */
export function sendForm(
  url: string,
  member: TestMember,
  body: (write: (text: string | Uint8Array) => Promise<void>) => Promise<'end' | 'cut'>,
): Promise<RawAnswer | undefined> {
  const { promise, resolve } = Promise.withResolvers<RawAnswer | undefined>();
  const sending = request(`${url}/api/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${member.token}`, 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
  let gone = false;
  sending.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    response.on('error', () => {});
  });
  // The server may answer and hang up before everything was sent: the answer is what counts.
  sending.on('error', () => {});
  sending.on('close', () => {
    gone = true;
    resolve(undefined);
  });
  const write = (chunk: string | Uint8Array) =>
    new Promise<void>((written) => {
      if (gone) return written();
      sending.write(chunk, () => written());
    });
  void body(write).then((how) => {
    if (how === 'cut') sending.destroy();
    else sending.end(`\r\n--${boundary}--\r\n`);
  });
  return promise;
}

export function partHead(name: string, fileName?: string): string {
  const file = fileName === undefined ? '' : `; filename="${fileName}"`;
  return `\r\n--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`;
}
