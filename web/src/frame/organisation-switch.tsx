import { routes } from '@proofpix/contract/routes';
import { UnstyledButton } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, problemText } from '../api.ts';
import { accountQuery, organisationsQuery } from '../features/accounts/queries.ts';
import { announceSession } from '../features/accounts/session-elsewhere.ts';
import { paths } from '../paths.ts';
import css from './account-menu.module.css';

/** The other organisations of whoever has several. Each has a session of its own: nothing of one stays in the next. */
export function OrganisationSwitch({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('frame');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { data } = useQuery(organisationsQuery);
  const change = useMutation({
    mutationFn: (organisationId: string) => call(routes.auth.switch, { body: { organisationId } }),
    onSuccess: (account) => {
      onDone();
      queryClient.clear();
      queryClient.setQueryData(accountQuery.queryKey, account);
      announceSession();
      void navigate(paths.workbench, { replace: true });
    },
  });
  const others = data?.items.filter(({ current }) => !current) ?? [];
  if (others.length === 0) return null;
  return (
    <div role="group" aria-label={t('organisations.title')}>
      {others.map(({ id, name }) => (
        <UnstyledButton
          key={id}
          className={css.item}
          disabled={change.isPending}
          aria-label={t('organisations.open', { organisation: name })}
          onClick={() => change.mutate(id)}
        >
          <IconBuilding size={16} stroke={1.6} aria-hidden />
          {name}
        </UnstyledButton>
      ))}
      {change.error === null ? null : (
        <p className={css.failed} role="alert">
          {t('organisations.failed')} {problemText(change.error)}
        </p>
      )}
    </div>
  );
}
