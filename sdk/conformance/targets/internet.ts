import type { Answer } from '../../src/test-host/outside.ts';

/** Names that lead where no plugin may go. */
export const addresses: Readonly<Record<string, string>> = {
  'inside.example.org': '10.0.0.1',
  'loopback.example.org': '127.0.0.1',
  'metadata.example.org': '169.254.169.254',
};

/** The servers that plugins of the suite ask. */
export const answer: Answer = async (request) => {
  const url = new URL(request.url);
  if (url.pathname === '/echo') {
    return Response.json({
      method: request.method,
      url: request.url,
      authorization: request.headers.get('authorization'),
      type: request.headers.get('content-type'),
      body: await request.text(),
    });
  }
  if (url.pathname === '/missing') return new Response('not here', { status: 404 });
  if (url.pathname === '/bytes') return new Response(new Uint8Array([0, 1, 254, 255]));
  if (url.pathname === '/large') return new Response(new Uint8Array(11 * 1024 * 1024));
  if (url.pathname === '/redirect') {
    return new Response(null, { status: 302, headers: { location: url.searchParams.get('to') ?? '/echo' } });
  }
  return new Response('nothing', { status: 500 });
};
