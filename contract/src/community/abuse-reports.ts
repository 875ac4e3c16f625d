export const abuseSubjects = ['listing', 'rating', 'publisher'] as const;
export type AbuseSubject = (typeof abuseSubjects)[number];

export const abuseCategories = {
  malicious: 'It does harm, or reaches for more than it says',
  misleading: 'It is not what it says it is, or poses as somebody else',
  illegal: 'It breaks a law, or the rights of somebody',
  personal: 'It names or insults people',
  spam: 'It is an advertisement, or was written for money',
  other: 'Something else',
} as const;
export type AbuseCategory = keyof typeof abuseCategories;
export const abuseCategoryNames = Object.keys(abuseCategories) as AbuseCategory[]; // keys of a constant object

export const abuseStates = {
  open: 'Nobody has looked at it yet',
  'in-review': 'A moderator is looking at it',
  acted: 'Something was done about it',
  dismissed: 'Nothing was found that is against the rules',
} as const;
export type AbuseState = keyof typeof abuseStates;
export const abuseStateNames = Object.keys(abuseStates) as AbuseState[]; // keys of a constant object

/** What may follow what. What is decided stays decided. */
export const abuseSteps: Readonly<Record<AbuseState, readonly AbuseState[]>> = {
  open: ['in-review', 'acted', 'dismissed'],
  'in-review': ['open', 'acted', 'dismissed'],
  acted: [],
  dismissed: [],
};

export const abuseTextChars = 2_000;
/** Of one person, that nobody has decided about. */
export const openAbuseReports = 10;
