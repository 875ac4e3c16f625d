/** Every URL of the web app. Those of the server come from the contract's route table. */
export const paths = {
  workbench: '/',
  run: (id: string) => `/runs/${encodeURIComponent(id)}`,
  history: '/history',
  cases: '/cases',
  case: (id: string) => `/cases/${encodeURIComponent(id)}`,
  /** Two runs side by side; without them the page asks for them. */
  compare: (left?: string, right?: string) => {
    const query = new URLSearchParams({
      ...(left === undefined ? {} : { left }),
      ...(right === undefined ? {} : { right }),
    });
    return query.size === 0 ? '/compare' : `/compare?${query}`;
  },
  plugins: '/plugins',
  /** The list with one of them open beside it. */
  pluginsOpen: (id: string) => `/plugins?open=${encodeURIComponent(id)}`,
  /** The list with the dialog that adds one. */
  pluginsAdd: '/plugins?add=1',
  plugin: (id: string) => `/plugins/${encodeURIComponent(id)}`,
  pluginSettings: (id: string) => `/plugins/${encodeURIComponent(id)}/settings`,
  marketplace: '/marketplace',
  /** What everybody sees of a publisher, and of a plugin of theirs. */
  publisher: (name: string) => `/marketplace/${encodeURIComponent(name)}`,
  /** `source` for a plugin of another server's marketplace. */
  listing: (publisher: string, plugin: string, source?: string) =>
    `/marketplace/${encodeURIComponent(publisher)}/${encodeURIComponent(plugin)}${source === undefined ? '' : `?source=${encodeURIComponent(source)}`}`,
  question: (id: string) => `/questions/${encodeURIComponent(id)}`,
  announcements: '/announcements',
  supportRequests: '/support',
  supportRequest: (id: string) => `/support/${encodeURIComponent(id)}`,
  /** The same, as the publisher that is asked sees it. */
  queuedRequest: (publisher: string, id: string) =>
    `/publishing/support/${encodeURIComponent(publisher)}/${encodeURIComponent(id)}`,
  publishing: '/publishing',
  newSubmission: '/publishing/new',
  submission: (id: string) => `/publishing/submissions/${encodeURIComponent(id)}`,
  /** What became of a plugin of one's own. */
  publisherAnalytics: (publisher: string, plugin: string) =>
    `/publishing/analytics/${encodeURIComponent(publisher)}/${encodeURIComponent(plugin)}`,
  reviews: '/reviews',
  moderation: '/moderation',
  review: (id: string) => `/reviews/${encodeURIComponent(id)}`,
  money: '/money',
  hooks: '/hooks',
  hook: (name: string) => `/hooks#${encodeURIComponent(name)}`,
  connections: '/connections',
  members: '/members',
  accessReview: '/members/review',
  account: '/account',
  policies: '/policies',
  security: '/security',
  securityOf: (plugin: string) => `/security?plugin=${encodeURIComponent(plugin)}`,
  /** What one version of a plugin did, by its digest. */
  exposure: (digest: string) => `/security/versions/${encodeURIComponent(digest)}`,
  tokens: '/tokens',
  audit: '/audit',
  privacy: '/privacy',
  subscription: '/subscription',
  singleSignOn: '/single-sign-on',
  invitation: '/invitation',
  forgotPassword: '/forgot-password',
  resetPassword: '/reset-password',
  confirmEmail: '/confirm-email',
  signIn: (returnTo?: string) =>
    returnTo === undefined || returnTo === '/' ? '/sign-in' : `/sign-in?return=${encodeURIComponent(returnTo)}`,
  /** Served by the server, not by this app. */
  docs: '/docs',
} as const;

/** The same as patterns, for the router. Each has its pictures in `web/screens` and its visit in the test with axe. */
export const patterns = {
  workbench: '/',
  run: '/runs/:id',
  history: '/history',
  cases: '/cases',
  case: '/cases/:id',
  compare: '/compare',
  plugins: '/plugins',
  plugin: '/plugins/:id',
  pluginSettings: '/plugins/:id/settings',
  marketplace: '/marketplace',
  publisher: '/marketplace/:publisher',
  listing: '/marketplace/:publisher/:plugin',
  question: '/questions/:id',
  announcements: '/announcements',
  supportRequests: '/support',
  supportRequest: '/support/:id',
  queuedRequest: '/publishing/support/:publisher/:id',
  publishing: '/publishing',
  newSubmission: '/publishing/new',
  submission: '/publishing/submissions/:id',
  publisherAnalytics: '/publishing/analytics/:publisher/:plugin',
  reviews: '/reviews',
  review: '/reviews/:id',
  money: '/money',
  moderation: '/moderation',
  hooks: '/hooks',
  connections: '/connections',
  policies: '/policies',
  security: '/security',
  exposure: '/security/versions/:digest',
  members: '/members',
  accessReview: '/members/review',
  account: '/account',
  tokens: '/tokens',
  audit: '/audit',
  privacy: '/privacy',
  subscription: '/subscription',
  singleSignOn: '/single-sign-on',
  invitation: '/invitation',
  forgotPassword: '/forgot-password',
  resetPassword: '/reset-password',
  confirmEmail: '/confirm-email',
  signIn: '/sign-in',
} as const;

export type PageName = keyof typeof patterns;

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
