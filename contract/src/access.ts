/** What a route demands of the caller. Plugins have permissions, people have access: the two words never mix. */
export const accessNames = {
  public: 'Anyone, without signing in',
  'signed-in': 'Any member of an organisation',
  'plugins:read': 'See installed plugins, their metrics, events and logs',
  'plugins:manage': 'Install, load, unload, grant, configure and uninstall plugins',
  'security:read': 'See what plugins did that was refused or hostile',
  'hooks:execute': 'Run a hook over the loaded plugins',
  'runs:read': 'See runs, their results and files',
  'runs:create': 'Start runs, export and delete them',
  'webhooks:read': 'See the addresses of webhooks, and what they sent and received',
  'webhooks:manage': 'Register, change and delete addresses of webhooks, and send to them',
  'oauth:read': 'See the providers and connected accounts, without their secrets',
  'oauth:manage': 'Register providers, connect accounts and end connections',
  'members:manage': 'Add and remove members',
  'server:operate': 'Create organisations on this server',
} as const;

export type Access = keyof typeof accessNames;

const read = ['signed-in', 'plugins:read', 'runs:read'] as const;
const webhooks = ['webhooks:read', 'webhooks:manage'] as const;
const oauth = ['oauth:read', 'oauth:manage'] as const;

/** Which access each role of an organisation has. `server:operate` belongs to no role: it is a mark on the user. */
export const roles = {
  owner: [
    ...read,
    'security:read',
    'plugins:manage',
    ...webhooks,
    ...oauth,
    'hooks:execute',
    'runs:create',
    'members:manage',
  ],
  admin: [
    ...read,
    'security:read',
    'plugins:manage',
    ...webhooks,
    ...oauth,
    'hooks:execute',
    'runs:create',
    'members:manage',
  ],
  developer: [...read, 'security:read', 'plugins:manage', ...webhooks, ...oauth, 'hooks:execute', 'runs:create'],
  analyst: [...read, 'hooks:execute', 'runs:create'],
  auditor: [...read, 'security:read'],
  viewer: ['signed-in', 'runs:read'],
} as const satisfies Record<string, readonly Access[]>;

export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as Role[]; // keys of a constant object

/** The plans, lowest first. A route's `plan` is the lowest that may call it. */
export const plans = ['free', 'professional', 'enterprise'] as const;
export type Plan = (typeof plans)[number];

export function roleHasAccess(role: Role, access: Access): boolean {
  const granted: readonly Access[] = roles[role];
  return access === 'public' || granted.includes(access);
}
