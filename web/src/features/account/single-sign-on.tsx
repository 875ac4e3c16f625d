import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import { useReturnedProblem } from '../accounts/single-sign-on-form.tsx';
import css from './account-page.module.css';

/** What the organisation's provider has to do with the account. Nothing where there is none. */
export function SingleSignOn() {
  const { t } = useTranslation('singleSignOn');
  const toast = useToast();
  const { singleSignOn, organisation } = useAccount();
  const [parameters, setParameters] = useSearchParams();
  const problem = useReturnedProblem();
  const back = parameters.get('connected') !== null;
  useEffect(() => {
    if (!back) return;
    toast({ text: t('account.done') });
    setParameters({}, { replace: true });
  }, [back, setParameters, t, toast]);
  const connect = useMutation({
    mutationFn: () => call(routes.singleSignOn.connect),
    onSuccess: ({ url }) => location.assign(url),
  });
  const failed = connect.error ?? problem;
  const { managed, signedIn, connected, available } = singleSignOn;
  if (!available && !managed) return null;
  const state = managed ? 'managed' : signedIn ? 'session' : connected ? 'connected' : 'notConnected';
  return (
    <Section title={t('account.title')}>
      {failed === null ? null : (
        <ErrorNotice title={t('account.failed')} code={problemCode(failed)}>
          {problemText(failed)}
        </ErrorNotice>
      )}
      <div className={css.row}>
        <p className={css.what}>{t(`account.${state}`, { organisation: organisation.name })}</p>
        {managed || signedIn ? null : (
          <Button loading={connect.isPending || connect.isSuccess} onClick={() => connect.mutate()}>
            {t(connected ? 'account.again' : 'account.connect')}
          </Button>
        )}
      </div>
    </Section>
  );
}
