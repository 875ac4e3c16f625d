import type { BlockedPerson } from '@proofpix/contract/api/single-sign-on';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { singleSignOnQuery } from './queries.ts';
import css from './single-sign-on-page.module.css';

/** Who was removed here and may still be at the provider. */
export function BlockedPeople({ people }: { people: readonly BlockedPerson[] }) {
  const { t } = useTranslation('singleSignOn');
  const toast = useToast();
  const queryClient = useQueryClient();
  const lift = useMutation({
    mutationFn: ({ id }: BlockedPerson) => call(routes.singleSignOn.unblock, { params: { id } }),
    onSuccess: async (_nothing, { name }) => {
      toast({ text: t('blocked.lifted', { name }) });
      await queryClient.invalidateQueries({ queryKey: singleSignOnQuery.queryKey });
    },
  });
  if (people.length === 0) return null;
  return (
    <Section title={t('blocked.title')}>
      <p className={css.text}>{t('blocked.text')}</p>
      {lift.error === null ? null : (
        <ErrorNotice title={t('blocked.failed')} code={problemCode(lift.error)}>
          {problemText(lift.error)}
        </ErrorNotice>
      )}
      <ul aria-label={t('blocked.title')}>
        {people.map((person) => (
          <ListRow
            key={person.id}
            what={
              <>
                <p className={css.label}>{person.name}</p>
                <p className={css.person}>
                  {person.email}
                  {' · '}
                  <time dateTime={person.removedAt} title={timeWithZone(person.removedAt)}>
                    {t('blocked.since', { time: timeInList(person.removedAt) })}
                  </time>
                </p>
              </>
            }
          >
            {' '}
            <Button
              aria-label={t('blocked.liftNamed', { name: person.name })}
              loading={lift.isPending && lift.variables.id === person.id}
              onClick={() => lift.mutate(person)}
            >
              {t('blocked.lift')}
            </Button>
          </ListRow>
        ))}
      </ul>
    </Section>
  );
}
