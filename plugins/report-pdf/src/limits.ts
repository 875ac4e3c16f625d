const MB = 1024 * 1024;

/** What a report holds at most, so that any case ends in time, memory and 32 MB. What is left out is counted and said. */
export const limits = {
  /** For all pictures together. */
  pictureBytes: 22 * MB,
  /** For one. */
  onePictureBytes: 1.5 * MB,
  /** Photos whose pixels are decoded, by their bytes: decoding takes most of the time. */
  decodedBytes: 24 * MB,
  /** What every decoded photo counts at least, however small it is. */
  leastDecodedBytes: 0.375 * MB,
  /** Rows of all exhibits together, and how many one exhibit always gets. */
  findings: { all: 3_000, least: 5, most: 200 },
  metadata: { all: 5_000, least: 10, most: 250 },
  steps: { all: 4_000, least: 8, most: 60 },
  files: { all: 2_000, least: 3, most: 30 },
  notes: { all: 1_500, least: 2, most: 100 },
  conflicts: { all: 1_500, least: 2, most: 40 },
  noteChars: 4_000,
  explanationChars: 1_200,
  valueChars: 400,
  nameChars: 160,
} as const;

/** How many rows each of so many exhibits gets. */
export function share({ all, least, most }: { all: number; least: number; most: number }, exhibits: number): number {
  return Math.max(least, Math.min(most, Math.floor(all / Math.max(1, exhibits))));
}
