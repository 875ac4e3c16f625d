import { createLog } from '../src/log.ts';
import { createApp, type AppOptions } from '../src/http/app.ts';
import type { App } from '../src/http/bind.ts';
import { closeApp } from '../src/http/close-app.ts';

/** The HTTP part alone, on a port of its own: the test binds rows of the contract to handlers of its own. */
export type TestApp = AsyncDisposable & { app: App; url: string; ending: AbortController };

export async function listenApp(
  options: Partial<AppOptions>,
  bindRows: (app: App) => void = () => {},
): Promise<TestApp> {
  const ending = new AbortController();
  const app = await createApp({
    log: createLog('silent'),
    host: '127.0.0.1',
    publicUrl: undefined,
    signIn: async () => null,
    signInAgain: async () => null,
    admit: async () => {},
    ending: ending.signal,
    checkReplies: true,
    webFolder: '/nowhere',
    ...options,
  });
  bindRows(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url, ending, [Symbol.asyncDispose]: () => closeApp(app, ending) };
}
