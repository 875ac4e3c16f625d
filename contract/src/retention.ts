/**
 * What is kept about people and photos, kind by kind: what for, for how long, and between which bounds an organisation
 * says otherwise. The page, the daily job and the register of processing all read this table.
 */
export type RetentionKind = {
  name: string;
  /** What it is, in words. */
  holds: string;
  /** Why it is kept: the purpose of the register. */
  purpose: string;
  /** Categories of people whose data it is. */
  people: readonly ('members' | 'people in photos' | 'people who send messages')[];
  /** Days when an organisation says nothing; null: until somebody deletes it. */
  default: number | null;
  /** Null: it cannot be set, since it ends by itself or belongs to the server. */
  range: { minimum: number; maximum: number } | null;
};

export const retentionKinds = {
  runs: {
    name: 'Photos and runs',
    holds: 'Photos, what plugins found in them, derived files, notes beside them',
    purpose: 'Examining photos as evidence',
    people: ['members', 'people in photos'],
    default: null,
    range: { minimum: 1, maximum: 3_650 },
  },
  exports: {
    name: 'Reports',
    holds: 'Reports that plugins wrote of runs and cases',
    purpose: 'Handing over what was found',
    people: ['members', 'people in photos'],
    default: null,
    range: { minimum: 1, maximum: 3_650 },
  },
  audit: {
    name: 'Audit trail',
    holds: 'Who did what, from which network address',
    purpose: 'Accountability and security',
    people: ['members'],
    default: null,
    range: { minimum: 90, maximum: 3_650 },
  },
  'plugin-logs': {
    name: 'Logs and events of plugins',
    holds: 'What plugins wrote into their logs, and what happened to them',
    purpose: 'Finding faults of plugins',
    people: ['members', 'people in photos'],
    default: 400,
    range: { minimum: 1, maximum: 3_650 },
  },
  security: {
    name: 'Security events',
    holds: 'What plugins did that was refused; critical ones stay',
    purpose: 'Security',
    people: ['members', 'people in photos'],
    default: 400,
    range: { minimum: 30, maximum: 3_650 },
  },
  metrics: {
    name: 'Figures of plugins',
    holds: 'Counts of calls, errors and time, and what plugins counted',
    purpose: 'Running the service',
    people: ['members'],
    default: 400,
    range: { minimum: 1, maximum: 3_650 },
  },
  webhooks: {
    name: 'Messages of webhooks',
    holds: 'Messages that were sent and received',
    purpose: 'Delivering messages',
    people: ['members', 'people who send messages'],
    default: 30,
    range: { minimum: 1, maximum: 30 },
  },
  'restore-points': {
    name: 'Restore points',
    holds: 'Earlier states of plugins with their settings and storage, at most five each',
    purpose: 'Undoing a change',
    people: ['members', 'people in photos'],
    default: null,
    range: { minimum: 1, maximum: 3_650 },
  },
  'sign-in': {
    name: 'Sign-ins, invitations and links',
    holds: 'Sessions, network addresses, devices, invitations and links that are over',
    purpose: 'Signing in',
    people: ['members'],
    default: 30,
    range: { minimum: 1, maximum: 90 },
  },
  mails: {
    name: 'Mails',
    holds: 'Mails in the outbox of a server without a mail server; a mail that was sent is not kept',
    purpose: 'Inviting people and confirming addresses',
    people: ['members'],
    default: 30,
    range: null,
  },
} as const satisfies Record<string, RetentionKind>;

export type RetentionName = keyof typeof retentionKinds;
export const retentionNames = Object.keys(retentionKinds) as RetentionName[]; // keys of a constant object
/** Days by kind; null: until somebody deletes it. What is left out is the default. */
export type RetentionDays = { readonly [Name in RetentionName]?: number | null };

export function daysOf(days: RetentionDays, name: RetentionName): number | null {
  const own = days[name];
  return own === undefined ? retentionKinds[name].default : own;
}

/** How long the erasure of an organisation can be undone. */
export const organisationGraceDays = 7;
