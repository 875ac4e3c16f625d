import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** What a note is written beside. */
export type Subject = { kind: 'run' | 'case'; id: string };

export function notesQuery({ kind, id }: Subject) {
  return queryOptions({
    queryKey: ['notes', kind, id],
    queryFn: ({ signal }) => call(kind === 'run' ? routes.runs.notes : routes.cases.notes, { params: { id }, signal }),
  });
}

export function writeNote({ kind, id }: Subject, text: string) {
  return call(kind === 'run' ? routes.runs.addNote : routes.cases.addNote, { params: { id }, body: { text } });
}
