import type { App } from './bind.ts';

/** So long may requests under way take to end; then their connections are cut. */
const drainMilliseconds = 10_000;

/** Takes no more requests, ends endless replies, lets the others finish, then cuts what is left. */
export async function closeApp(app: App, ending: AbortController): Promise<void> {
  ending.abort();
  const cut = setTimeout(() => app.server.closeAllConnections(), drainMilliseconds);
  await app.close().finally(() => clearTimeout(cut));
}
