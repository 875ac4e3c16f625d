import type { Plugin } from '@proofpix/contract/api/plugins';
import type { Permission } from '@proofpix/contract/permissions';
import { routes } from '@proofpix/contract/routes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api.ts';
import { useToast } from '../../../ui/toasts.tsx';
import { showPlugin } from '../use-plugin-change.ts';

type Decisions = { grants: Permission[]; refused: Permission[] };

export function decisionsOf({ permissions }: Plugin): Decisions {
  const named = (wanted: string) =>
    permissions.filter(({ decision }) => decision === wanted).map(({ permission }) => permission);
  return { grants: named('granted'), refused: named('refused') };
}

/** The same decisions with one of them changed. */
function withDecision({ grants, refused }: Decisions, permission: Permission, granted: boolean): Decisions {
  const others = (list: Permission[]) => list.filter((each) => each !== permission);
  return {
    grants: granted ? [...others(grants), permission] : others(grants),
    refused: granted ? others(refused) : [...others(refused), permission],
  };
}

/** Permissions as switches: shown at once, set back by the toast, and taken back when the server refuses. */
export function useGrants(plugin: Plugin) {
  const { t } = useTranslation('plugins');
  const queryClient = useQueryClient();
  const toast = useToast();
  const params = { id: plugin.id };
  const put = useMutation({
    mutationFn: (decisions: Decisions) => call(routes.plugins.putGrants, { params, body: decisions }),
    onMutate: ({ grants, refused }) => {
      const permissions = plugin.permissions.map((each) => ({
        ...each,
        decision: grants.includes(each.permission)
          ? ('granted' as const)
          : refused.includes(each.permission)
            ? ('refused' as const)
            : ('pending' as const),
      }));
      showPlugin(queryClient, { ...plugin, permissions });
      return plugin;
    },
    onError: (_error, _decisions, before) => before && showPlugin(queryClient, before),
    onSuccess: (changed) => showPlugin(queryClient, changed),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['plugins'] }),
  });
  return {
    error: put.error,
    set(permission: Permission, granted: boolean, sentence: string) {
      const before = decisionsOf(plugin);
      put.mutate(withDecision(before, permission, granted), {
        onSuccess: () =>
          toast({
            text: t(granted ? 'permissions.given' : 'permissions.taken', { name: plugin.name, sentence }),
            undo: () => put.mutate(before),
          }),
      });
    },
  };
}
