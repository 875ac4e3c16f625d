import type { allRoutes } from '@proofpix/contract/routes';

/**
 * One call of each route, as data: the documentation shows it as a curl command, and a test runs that command against a
 * server. `$NAME` stands for a shell variable that the test fills in.
 */
export type Example = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  json?: unknown;
  /** A value that begins with @ is a file. */
  form?: Record<string, string>;
  /** The status that the test expects. */
  status: number;
  /** Further options of curl. */
  options?: readonly string[];
  /** Lines of shell before it. */
  before?: readonly string[];
};

/** What the variables of the examples stand for. */
export const variables = {
  PROOFPIX: 'Address of the server, for example http://127.0.0.1:8787',
  TOKEN: 'Access token of POST /api/auth/login, or an API token',
  EMAIL: 'Your e-mail address',
  PASSWORD: 'Your password',
  CODE: 'The code of a sign-in link, behind #code=',
  PLUGIN: 'Id of an installed plugin',
  RUN: 'Id of a run that is done',
  MEMBER: 'Id of a member',
  TOKEN_ID: 'Id of an API token',
  JOB: 'Id of a job',
  ENDPOINT: 'Id of an address that messages are sent to',
  DELIVERY: 'Id of a delivery of a message',
  RECEIVER: 'Id of a receiver of messages',
  WEBHOOK_TOKEN: "The last part of a receiver's path",
  PROVIDER: 'Name of a provider with a connected account',
  PROVIDER_ID: "The last part of a provider's redirect address",
  WEBHOOK_SECRET: "A receiver's secret, which begins with whsec_",
} as const;

type RouteName = ReturnType<typeof allRoutes>[number]['name'];

const id = { id: '$PLUGIN' };
const run = { id: '$RUN' };
const provider = { provider: '$PROVIDER' };
const endpoint = { id: '$ENDPOINT' };
const receiver = { id: '$RECEIVER' };

export const examples: Readonly<Record<RouteName, Example>> = {
  'auth.login': { json: { email: '$EMAIL', password: '$PASSWORD' }, status: 200 },
  'auth.exchange': { json: { code: '$CODE' }, status: 200, options: ['--cookie-jar cookies.txt'] },
  'auth.session': {
    json: { email: '$EMAIL', password: '$PASSWORD' },
    status: 200,
    options: ['--cookie-jar cookies.txt'],
  },
  'auth.logout': { status: 204 },
  'auth.account': { status: 200 },
  'tokens.list': { status: 200 },
  'tokens.create': { json: { name: 'Nightly upload', expiresAt: '2099-01-01T00:00:00Z' }, status: 201 },
  'tokens.remove': { params: { id: '$TOKEN_ID' }, status: 204 },
  'members.list': { status: 200 },
  'members.create': {
    json: { email: 'ada@example.org', name: 'Ada', role: 'analyst', password: 'correct horse battery' },
    status: 201,
  },
  'members.remove': { params: { id: '$MEMBER' }, status: 204 },
  'organisations.create': {
    json: {
      name: 'Harbour insurance',
      plan: 'professional',
      owner: { email: 'grace@example.org', name: 'Grace', password: 'correct horse battery' },
    },
    status: 201,
  },
  'organisations.getLimits': { status: 200 },
  'organisations.putLimits': { json: { limits: { memory: 128, timeout: 20_000 } }, status: 200 },
  'plugins.list': { query: { state: 'loaded' }, status: 200 },
  'plugins.install': { form: { plugin: '@plugin.zip', grants: 'requested', autoLoad: 'true' }, status: 201 },
  'plugins.get': { params: id, status: 200 },
  'plugins.uninstall': { params: id, status: 204 },
  'plugins.load': { params: id, status: 200 },
  'plugins.unload': { params: id, status: 200 },
  'plugins.release': { params: id, json: { reason: 'The author fixed it; see the mail of Monday' }, status: 200 },
  'plugins.getConfig': { params: id, status: 200 },
  'plugins.putConfig': { params: id, json: { config: {} }, status: 200 },
  'plugins.putGrants': { params: id, json: { grants: ['files'] }, status: 200 },
  'plugins.putHooks': { params: id, json: { hooks: [{ hook: 'file:process', priority: 10 }] }, status: 200 },
  'plugins.metrics': { params: id, status: 200 },
  'plugins.receipt': { params: id, query: { from: '2026-11-01', to: '2026-11-30' }, status: 200 },
  'analytics.read': { params: id, query: { from: '2026-11-01', to: '2026-11-30' }, status: 200 },
  'plugins.events': { params: id, query: { limit: '10' }, status: 200 },
  'plugins.logs': { params: id, query: { limit: '10' }, status: 200 },
  'plugins.executeHook': { params: { hookName: 'file:process' }, form: { file: '@photo.jpg' }, status: 200 },
  'security.events': { query: { severity: 'high', limit: '10' }, status: 200 },
  'security.summary': { status: 200 },
  'marketplace.featured': { status: 200 },
  'marketplace.search': { query: { q: 'exif' }, status: 200 },
  'hooks.list': { status: 200 },
  'jobs.get': { params: { id: '$JOB' }, status: 200 },
  'runs.create': { form: { file: '@photo.jpg' }, status: 202 },
  'runs.sample': { status: 202 },
  'runs.list': { query: { state: 'done', limit: '10' }, status: 200 },
  'runs.get': { params: run, status: 200 },
  'runs.remove': { params: run, status: 204 },
  'runs.photo': { params: run, status: 200, options: ['--output original.jpg'] },
  'runs.file': {
    params: { ...run, name: 'thumbnail.jpg' },
    query: { plugin: '$PLUGIN' },
    status: 200,
    options: ['--output thumbnail.jpg'],
  },
  'runs.export': { params: run, json: { format: 'json' }, status: 201 },
  'runs.events': { params: run, status: 200, options: ['--no-buffer', '--max-time 5'] },
  'events.follow': {
    status: 101,
    options: [
      '--http1.1',
      '--no-buffer',
      '--max-time 2',
      '--header "Connection: Upgrade"',
      '--header "Upgrade: websocket"',
      '--header "Sec-WebSocket-Version: 13"',
      '--header "Sec-WebSocket-Key: cHJvb2ZwaXgtZXhhbXBsZQ=="',
    ],
  },
  'oauth.listProviders': { status: 200 },
  'oauth.createProvider': {
    json: { name: 'slack', preset: 'slack', clientId: '1234.5678', clientSecret: 'of the app', scopes: ['chat:write'] },
    status: 201,
  },
  'oauth.updateProvider': { params: provider, json: { scopes: ['chat:write', 'files:read'] }, status: 200 },
  'oauth.removeProvider': { params: provider, status: 204 },
  'oauth.connect': { params: provider, json: { plugins: null }, status: 200, options: ['--cookie-jar cookies.txt'] },
  // By hand it is refused: only the browser that began may come back.
  'oauth.callback': {
    params: { id: '$PROVIDER_ID' },
    query: { state: 'of-the-provider', code: 'its-code' },
    status: 400,
  },
  'oauth.listConnections': { status: 200 },
  'oauth.updateConnection': { params: provider, json: { plugins: ['slack-report'] }, status: 200 },
  'oauth.disconnect': { params: provider, status: 200 },
  'oauth.events': { query: { limit: '10' }, status: 200 },
  'webhooks.listEndpoints': { status: 200 },
  'webhooks.createEndpoint': {
    json: { name: 'Claims', url: 'https://hooks.example.com/proofpix', types: ['photo.flagged'] },
    status: 201,
  },
  'webhooks.updateEndpoint': {
    params: endpoint,
    json: { name: 'All claims', url: 'https://hooks.example.com/all', enabled: true },
    status: 200,
  },
  'webhooks.deleteEndpoint': { params: endpoint, status: 204 },
  'webhooks.rotateEndpoint': { params: endpoint, status: 200 },
  'webhooks.testEndpoint': { params: endpoint, status: 202 },
  'webhooks.listDeliveries': { params: endpoint, query: { state: 'failed', limit: '10' }, status: 200 },
  'webhooks.redeliver': { params: { id: '$DELIVERY' }, status: 202 },
  'webhooks.listReceivers': { status: 200 },
  'webhooks.createReceiver': { json: { name: 'Invoices' }, status: 201 },
  'webhooks.updateReceiver': { params: receiver, json: { name: 'Old invoices', enabled: false }, status: 200 },
  'webhooks.deleteReceiver': { params: receiver, status: 204 },
  'webhooks.rotateReceiver': { params: receiver, json: {}, status: 200 },
  'webhooks.listReceived': { params: receiver, query: { limit: '10' }, status: 200 },
  // The signature is over these very bytes: what is sent must be what was signed.
  'webhooks.receive': {
    params: { token: '$WEBHOOK_TOKEN' },
    before: [
      `ID=msg_$RANDOM$RANDOM TIME=$(date +%s) BODY='{"type":"invoice.paid","data":{"number":17}}'`,
      `KEY=$(printf %s "\${WEBHOOK_SECRET#whsec_}" | base64 --decode | od -An -v -tx1 | tr -d ' \\n')`,
      'SIGNATURE=$(printf %s "$ID.$TIME.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)',
    ],
    status: 202,
    options: [
      '--header "Content-Type: application/json"',
      '--header "webhook-id: $ID"',
      '--header "webhook-timestamp: $TIME"',
      '--header "webhook-signature: v1,$SIGNATURE"',
      '--data "$BODY"',
    ],
  },
  'webhooks.events': { query: { limit: '10' }, status: 200 },
  'server.healthz': { status: 200 },
  'server.readyz': { status: 200 },
  'server.openapi': { status: 200 },
  'server.manifestSchema': { status: 200, options: ['--output manifest.schema.json'] },
};
