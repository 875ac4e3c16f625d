import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { timeWithZone } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import { EraseDialog } from './erase-dialog.tsx';
import css from './privacy-page.module.css';
import { organisationErasureQuery } from './queries.ts';

/** For owners: everything taken along, and everything erased. */
export function OrganisationData() {
  const { t } = useTranslation('privacy');
  const toast = useToast();
  const queryClient = useQueryClient();
  const { organisation } = useAccount();
  const { data } = useQuery(organisationErasureQuery);
  const [asking, setAsking] = useState(false);
  const keep = useMutation({
    mutationFn: () => call(routes.organisations.keep),
    onSuccess: (reply) => {
      queryClient.setQueryData(organisationErasureQuery.queryKey, reply);
      toast({ text: t('organisation.kept') });
    },
  });
  const eraseAt = data?.eraseAt ?? null;
  return (
    <Section title={t('organisation.title')}>
      <div className={css.row}>
        <p className={css.what}>{t('organisation.exportText')}</p>
        <a href={routes.organisations.exportData.path} download>
          {t('organisation.export')}
        </a>
      </div>
      <div className={css.row}>
        <p className={css.what}>
          {eraseAt === null ? t('organisation.eraseText') : t('organisation.erasesAt', { time: timeWithZone(eraseAt) })}
        </p>
        {eraseAt === null ? (
          <Button onClick={() => setAsking(true)}>{t('organisation.erase')}</Button>
        ) : (
          <Button loading={keep.isPending} onClick={() => keep.mutate()}>
            {t('organisation.keep')}
          </Button>
        )}
      </div>
      {keep.error === null ? null : (
        <ErrorNotice title={t('organisation.notKept')} code={problemCode(keep.error)}>
          {problemText(keep.error)}
        </ErrorNotice>
      )}
      {asking ? (
        <EraseDialog
          title={t('organisation.askTitle', { name: organisation.name })}
          text={t('organisation.askText')}
          typed={t('organisation.typeName', { name: organisation.name })}
          action={t('organisation.eraseAction')}
          erase={(given) =>
            call(routes.organisations.erase, {
              body: { name: given.typed, password: given.password, ...(given.code === '' ? {} : { code: given.code }) },
            })
          }
          onClose={() => setAsking(false)}
          onDone={(reply) => {
            queryClient.setQueryData(organisationErasureQuery.queryKey, reply);
            setAsking(false);
          }}
        />
      ) : null}
    </Section>
  );
}
