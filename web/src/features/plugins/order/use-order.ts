import type { HookPlace } from '@proofpix/contract/api/hooks';
import { routes } from '@proofpix/contract/routes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api.ts';
import { useToast } from '../../../ui/toasts.tsx';
import { hooksQuery } from '../queries.ts';

/** The order of one hook: shown at once, saved whole, taken back when the server refuses it, undone by the toast. */
export function useOrder(name: string, places: readonly HookPlace[]) {
  const { t } = useTranslation('plugins');
  const queryClient = useQueryClient();
  const toast = useToast();
  const show = (order: HookPlace[]) =>
    queryClient.setQueryData(
      hooksQuery.queryKey,
      (before) =>
        before && { ...before, items: before.items.map((hook) => (hook.name === name ? { ...hook, order } : hook)) },
    );
  const put = useMutation({
    // One after the other: two moves in a row must not overtake each other on their way.
    scope: { id: `order of ${name}` },
    mutationFn: (order: string[] | null) => call(routes.hooks.putOrder, { params: { name }, body: { order } }),
    onMutate: async (order) => {
      await queryClient.cancelQueries({ queryKey: hooksQuery.queryKey });
      if (order !== null) show(order.flatMap((id) => places.find(({ plugin }) => plugin === id) ?? []));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: hooksQuery.queryKey }),
  });
  /** What was the manifests' own order is theirs again, and not one that somebody set. */
  const back = () => {
    const untouched = places.every(({ changed }) => !changed);
    const before = places.map(({ plugin }) => plugin);
    return () => put.mutate(untouched ? null : before);
  };
  return {
    places,
    error: put.error,
    set(order: string[], moved: string) {
      const undo = back();
      put.mutate(order, { onSuccess: () => toast({ text: t('order.done', { name: moved, hook: name }), undo }) });
    },
    reset() {
      const undo = back();
      put.mutate(null, { onSuccess: () => toast({ text: t('order.resetDone', { hook: name }), undo }) });
    },
  };
}
