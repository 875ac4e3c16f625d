import type { Permission } from './permissions.ts';

/** Where a submission stands. Each change is kept with its time, and both sides see the same list. */
export const submissionStates = {
  received: 'Waits for the scan',
  'not-scanned': 'Could not be scanned: nothing is known of it yet',
  blocked: 'Was refused by the scan, with the findings that are to be mended',
  draft: 'Is ready: look at the listing, then send it to review',
  waiting: 'Waits for a reviewer',
  'in-review': 'Is being reviewed',
  'changes-requested': 'A reviewer asks for changes',
  rejected: 'Was rejected',
  released: 'Was released',
  withdrawn: 'Was withdrawn by its publisher',
} as const;
export type SubmissionState = keyof typeof submissionStates;
export const submissionStateNames = Object.keys(submissionStates) as SubmissionState[]; // keys of a constant object

/** What may follow what. A change that is not in this table is refused, whoever asks for it. */
export const submissionSteps: Readonly<Record<SubmissionState, readonly SubmissionState[]>> = {
  received: ['draft', 'blocked', 'not-scanned', 'withdrawn'],
  'not-scanned': ['received', 'withdrawn'],
  blocked: ['received', 'withdrawn'],
  draft: ['received', 'waiting', 'released', 'withdrawn'],
  waiting: ['in-review', 'withdrawn'],
  'in-review': ['waiting', 'changes-requested', 'rejected', 'released'],
  'changes-requested': ['received', 'withdrawn'],
  // An appeal: other reviewers decide.
  rejected: ['waiting'],
  released: [],
  withdrawn: [],
};

/** In which states another package may take the place of the one that was sent. */
export function takesPackage(state: SubmissionState): boolean {
  return submissionSteps[state].includes('received');
}

export const releaseChannels = ['stable', 'beta'] as const;
export type ReleaseChannel = (typeof releaseChannels)[number];

/** What reaches beyond the photo and the organisation: two people look at it, not one. */
export const sensitivePermissions: readonly Permission[] = ['http', 'oauth', 'webhooks', 'security'];

export function approvalsNeeded(permissions: readonly Permission[]): 1 | 2 {
  return permissions.some((permission) => sensitivePermissions.includes(permission)) ? 2 : 1;
}

/** What a reviewer confirms before an approval. */
export const reviewChecklist = {
  description: 'The description says what it does',
  hosts: 'Its hosts belong to the publisher, or are named in the listing',
  'personal-data': 'It logs and stores no more of people than it needs',
  findings: 'Every finding was looked at in the source',
} as const;
export type ReviewCheck = keyof typeof reviewChecklist;
export const reviewChecks = Object.keys(reviewChecklist) as ReviewCheck[]; // keys of a constant object

/**
 * The stated rules under which no person looks at a submission. All of them must be true; the first that is not is told to
 * the publisher.
 */
export const automaticRules = {
  update: 'It is an update of a plugin whose earlier version a person approved',
  verified: 'The publisher is verified',
  clean: 'The scan found nothing of severity medium or high',
  permissions: 'It asks for no permission that the version before did not have, and for none that is sensitive',
  hosts: 'It names no host that the version before did not name',
  hooks: 'It has no hook that the version before did not have',
} as const;
export type AutomaticRule = keyof typeof automaticRules;

/** What nobody may publish under: they stand for uploads, for what comes with a server, and for the product. */
export const reservedPublishers: readonly string[] = [
  'local',
  'proofpix',
  'official',
  'admin',
  'administrator',
  'support',
  'security',
  'system',
  'marketplace',
  'bundled',
  'upload',
  'verified',
];
