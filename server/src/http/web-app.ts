import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import serveFiles from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@proofpix/contract/errors';
import type { App } from './bind.ts';
import { pagePolicy } from './headers.ts';
import { sendProblem } from './problems.ts';

const nonceMark = '__STYLE_NONCE__';

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>ProofPix</title><h1>The web app is not built</h1>
<p>The server works; its pages are missing. Build them with <code>node scripts/install.mjs</code>, or start with <code>npm start</code>.
<p>The interface is documented at <a href="/docs">/docs</a>.</html>`;

/**
 * Serves the built web app. Files under /assets carry a hash in their name and never change; the page itself is made for
 * each visit, with a nonce of its own.
 */
export async function addWebApp(app: App, folder: string) {
  const index = join(folder, 'index.html');
  if (existsSync(index)) {
    await app.register(async (files) => {
      // Folders, hidden files and paths that lead out: what is not served is not there.
      files.setErrorHandler((error: { statusCode?: number }, request, reply) =>
        sendProblem(
          error.statusCode !== undefined && error.statusCode < 500 ? new Problem('not_found') : error,
          request,
          reply,
        ),
      );
      files.get('/', (request, reply) => page(request, reply));
      await files.register(serveFiles, {
        root: folder,
        index: false,
        dotfiles: 'deny',
        decorateReply: false,
        preCompressed: true,
        acceptRanges: false,
        cacheControl: false,
        // Names that would be taken as addresses of pages stay unreachable as files.
        allowedPath: (path) => !path.endsWith('.html') && !/\.(br|gz)$/.test(path),
        setHeaders(reply, path) {
          const hashed = path.startsWith(join(folder, 'assets'));
          void reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    });
  }
  return page;

  async function page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | null> {
    const path = request.url.split('?', 1)[0] ?? '/';
    // A missing picture or script is missing; it is not a page.
    if (/\.[a-z0-9]{1,8}$/i.test(path)) return null;
    const nonce = randomBytes(16).toString('base64url');
    const html = await readFile(index, 'utf8').catch(() => notBuilt);
    return reply
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(html.replaceAll(nonceMark, nonce));
  }
}
