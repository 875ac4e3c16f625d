/** When an organisation may rate a plugin: what it did with it lately. Open to everybody: docs/guide/marketplace.md. */
export const ratingUse = {
  /** Different photos, by their digest, that the plugin looked at without an error. */
  photos: 5,
  /** On so many different days (UTC). */
  days: 2,
  /** From the first of them on. */
  hours: 24,
  /** Older runs do not count. */
  withinDays: 60,
} as const;

/**
 * From when on ratings of a plugin wait for a person: so many within a day, or more than so many times what is usual for it.
 * A new rating counts, and so does one whose stars changed.
 */
export const ratingBurst = {
  hours: 24,
  most: 5,
  /** Times the median of a day. */
  times: 3,
  /** The days of which the median is taken, those without a rating among them. */
  medianDays: 30,
  /** Organisations that are younger than this may be made for it: after so many of them the others wait. */
  youngDays: 7,
  mostYoung: 2,
} as const;

export const ratingStars = [1, 2, 3, 4, 5] as const;
export type RatingStars = (typeof ratingStars)[number];

export const ratingTextChars = 2_000;

export const ratingStates = {
  visible: 'Everybody sees it, and it counts',
  held: 'Waits for a moderator, and does not count',
  rejected: 'Was rejected by a moderator, with a reason, and does not count',
} as const;
export type RatingState = keyof typeof ratingStates;
export const ratingStateNames = Object.keys(ratingStates) as RatingState[]; // keys of a constant object

/** Why a rating waits. */
export const holdReasons = {
  burst: 'Unusually many ratings of the plugin came within a day',
  young: 'Several new organisations rated the plugin within a day',
  changed: 'It was changed after a moderator had decided about it',
} as const;
export type HoldReason = keyof typeof holdReasons;
export const holdReasonNames = Object.keys(holdReasons) as HoldReason[]; // keys of a constant object

/** Why an organisation cannot rate a plugin. */
export const ratingObstacles = {
  'own-plugin': 'Your organisation publishes it',
  'shared-person': 'Somebody who leads your organisation, or you, belongs to the organisation that publishes it',
  'rated-elsewhere': 'Somebody who leads your organisation, or you, rated it already with another organisation',
  'not-enough-use': 'Your organisation has not used it enough yet',
  rejected: 'A moderator rejected the rating of your organisation',
} as const;
export type RatingObstacle = keyof typeof ratingObstacles;
export const ratingObstacleNames = Object.keys(ratingObstacles) as RatingObstacle[]; // keys of a constant object
