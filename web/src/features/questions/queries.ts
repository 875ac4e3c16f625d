import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `questions` alone means all of them. */
const keys = { all: ['questions'] } as const;

export type QuestionSort = 'newest' | 'unanswered';

export function questionsQuery(publisher: string, plugin: string, sort: QuestionSort) {
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'of', publisher, plugin, sort],
    queryFn: ({ pageParam, signal }) =>
      call(routes.questions.list, {
        params: { publisher, plugin },
        query: { sort, limit: 10, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function questionQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.all, 'one', id],
    queryFn: ({ signal }) => call(routes.questions.get, { params: { id }, signal }),
  });
}

export const flaggedQuery = queryOptions({
  queryKey: [...keys.all, 'flagged'],
  queryFn: ({ signal }) => call(routes.questions.flagged, { signal }),
});

/** Something that changes a question, or what is said to it. */
export function useQuestionChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.all }),
  });
}
