import type { Submission } from '@proofpix/contract/api/submissions';
import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../../api.ts';

/** Who looks at a submission: each side has its own routes to the same files. */
export type Side = 'publisher' | 'marketplace';
export type Sent = Pick<Submission, 'id' | 'attempt'>;

const rows = {
  publisher: { files: routes.submissions.files, file: routes.submissions.file, comment: routes.submissions.comment },
  marketplace: { files: routes.reviews.files, file: routes.reviews.file, comment: routes.reviews.comment },
} as const;

/** A package never changes; another attempt is another package. */
export function filesQuery(side: Side, { id, attempt }: Sent) {
  return queryOptions({
    queryKey: ['source', side, id, attempt],
    queryFn: ({ signal }) => call(rows[side].files, { params: { id }, signal }),
    staleTime: Infinity,
  });
}

export function fileQuery(side: Side, { id, attempt }: Sent, path: string) {
  return queryOptions({
    queryKey: ['source', side, id, attempt, path],
    queryFn: ({ signal }) => call(rows[side].file, { params: { id }, query: { path }, signal }),
    staleTime: Infinity,
  });
}

export type SourceProps = {
  side: Side;
  submission: Submission;
  /** Marks what a reviewer asked as settled; publishers cannot. */
  onSettle?: ((comment: string) => void) | undefined;
};

export type Said = { text: string; file?: string; line?: number; rule?: string };

export function say(side: Side, id: string, said: Said) {
  return call(rows[side].comment, { params: { id }, body: said });
}
