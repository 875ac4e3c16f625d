/** Why trust metadata is not believed. */
export const trustFaults = {
  root_missing: 'There is no root that is trusted to begin with.',
  missing: 'A file of the metadata is missing.',
  malformed: 'A file of the metadata cannot be read.',
  too_large: 'A file of the metadata is larger than it may be.',
  too_few_signatures: 'The metadata is not signed by enough of the keys that may.',
  rolled_back: 'The metadata is older than what was seen before.',
  version_skipped: 'The metadata has another version than it must.',
  expired: 'The metadata has expired.',
  altered: 'A file is not the one that the metadata speaks of.',
} as const;
export type TrustFaultCode = keyof typeof trustFaults;

export class TrustFault extends Error {
  readonly code: TrustFaultCode;

  constructor(code: TrustFaultCode, detail: string) {
    super(`${trustFaults[code]} ${detail}`);
    this.name = 'TrustFault';
    this.code = code;
  }
}
