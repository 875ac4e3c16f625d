/** What one check said, by the codes of the C2PA specification. */
export type Status = {
  code: string;
  outcome: 'success' | 'failure' | 'information';
  /** Label of the manifest. */
  manifest: string;
  /** What was checked: a label, a place. */
  about?: string;
  explanation?: string;
};
