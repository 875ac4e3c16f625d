/** Every URL of the web app. Those of the server come from the contract's route table. */
export const paths = {
  workbench: '/',
  history: '/#history',
  run: (id: string) => `/runs/${encodeURIComponent(id)}`,
  plugin: (id: string) => `/plugins/${encodeURIComponent(id)}`,
  connections: '/connections',
  security: '/security',
  securityOf: (plugin: string) => `/security?plugin=${encodeURIComponent(plugin)}`,
  signIn: (returnTo?: string) =>
    returnTo === undefined || returnTo === '/' ? '/sign-in' : `/sign-in?return=${encodeURIComponent(returnTo)}`,
  /** Served by the server, not by this app. */
  docs: '/docs',
} as const;

/** The same as patterns, for the router. */
export const patterns = {
  workbench: '/',
  run: '/runs/:id',
  plugin: '/plugins/:id',
  connections: '/connections',
  security: '/security',
  signIn: '/sign-in',
} as const;

/** Where to go after signing in. Only a place of this app: a link must not lead to a stranger's page. */
export function safeReturn(value: string | null): string {
  if (value === null) return paths.workbench;
  try {
    const url = new URL(value, location.origin);
    if (url.origin !== location.origin || url.pathname === patterns.signIn) return paths.workbench;
    // Two slashes at the start would be read as another host.
    return `/${url.pathname.replace(/^\/+/, '')}${url.search}${url.hash}`;
  } catch {
    return paths.workbench;
  }
}
