/** What a route demands of the caller. Plugins have permissions, people have access: the two words never mix. */
export const accessNames = {
  public: 'Anyone, without signing in',
  'own-account': 'Any member, for the own account; also one who has yet to set up two-factor sign-in',
  'signed-in': 'Any member of an organisation',
  'plugins:read': 'See installed plugins, their metrics, events and logs',
  'plugins:manage': 'Install, load, unload, grant, configure and uninstall plugins',
  'policies:read': 'See what the organisation decided about plugins',
  'policies:manage': 'Decide about plugins: rules, updates, requests, and lifting a stop',
  'security:read': 'See what plugins did that was refused or hostile',
  'hooks:execute': 'Run a hook over the loaded plugins',
  'runs:read': 'See runs, their results and files',
  'runs:create': 'Start runs, export and delete them',
  'webhooks:read': 'See the addresses of webhooks, and what they sent and received',
  'webhooks:manage': 'Register, change and delete addresses of webhooks, and send to them',
  'oauth:read': 'See the providers and connected accounts, without their secrets',
  'oauth:manage': 'Register providers, connect accounts and end connections',
  'members:manage': 'Invite and remove members, change their roles, say how they sign in, and revoke their API tokens',
  'audit:read':
    'See, export and verify the audit trail, and take the evidence of a period: members and API tokens among it',
  'privacy:read': 'See how long what is kept, what was deleted and erased, and the register of processing',
  'privacy:manage': 'Say how long what is kept, and delete what is older',
  'organisation:own': 'Take everything of the organisation along, and have it erased',
  'subscription:manage': 'Buy, change and end the subscription',
  'purchases:manage': 'Buy plugins and try them, see invoices and licences, and ask for refunds',
  'revenue:manage': 'Set prices, see revenue, refund orders, and say where payouts go',
  'publishing:manage': 'Own publishers, send plugins to review, and manage their releases',
  'submissions:review': 'Review what is to be published on this server',
  'server:operate':
    'Operate this server: organisations, members with a first password, keys, kill list, its own audit trail',
} as const;

export type Access = keyof typeof accessNames;

const own = ['own-account', 'signed-in'] as const;
const read = [...own, 'plugins:read', 'policies:read', 'runs:read'] as const;
const webhooks = ['webhooks:read', 'webhooks:manage'] as const;
const oauth = ['oauth:read', 'oauth:manage'] as const;

/**
 * Which access each role of an organisation has. `server:operate` and `submissions:review` belong to no role: they are marks
 * on the user.
 */
export const roles = {
  owner: [
    ...read,
    'security:read',
    'plugins:manage',
    'policies:manage',
    ...webhooks,
    ...oauth,
    'hooks:execute',
    'runs:create',
    'members:manage',
    'audit:read',
    'privacy:read',
    'privacy:manage',
    'organisation:own',
    'subscription:manage',
    'purchases:manage',
    'revenue:manage',
    'publishing:manage',
  ],
  admin: [
    ...read,
    'security:read',
    'plugins:manage',
    'policies:manage',
    ...webhooks,
    ...oauth,
    'hooks:execute',
    'runs:create',
    'members:manage',
    'audit:read',
    'privacy:read',
    'privacy:manage',
    'subscription:manage',
    'purchases:manage',
    'revenue:manage',
    'publishing:manage',
  ],
  developer: [
    ...read,
    'security:read',
    'plugins:manage',
    ...webhooks,
    ...oauth,
    'hooks:execute',
    'runs:create',
    'publishing:manage',
  ],
  analyst: [...read, 'hooks:execute', 'runs:create'],
  auditor: [...read, 'security:read', 'audit:read', 'privacy:read'],
  viewer: [...own, 'runs:read'],
} as const satisfies Record<string, readonly Access[]>;

export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as Role[]; // keys of a constant object

/** The plans, lowest first. A route's `plan` is the lowest that may call it. */
export const plans = ['free', 'professional', 'enterprise'] as const;
export type Plan = (typeof plans)[number];

/** Requests with API tokens and access tokens in a month (UTC), by plan; null: as many as you like. The web app is not counted. */
export const requestsPerMonth: Readonly<Record<Plan, number | null>> = {
  free: 1_000,
  professional: 10_000,
  enterprise: null,
};

export function roleHasAccess(role: Role, access: Access): boolean {
  const granted: readonly Access[] = roles[role];
  return access === 'public' || granted.includes(access);
}
