import { routes } from '@proofpix/contract/routes';
import { Button, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './members-page.module.css';
import { signInRulesQuery, useMembersChange } from './queries.ts';

/** What the organisation asks of its members when they sign in. */
export function SignInRules() {
  const { t } = useTranslation('members');
  const { may } = useAccount();
  const { data, error, refetch } = useQuery(signInRulesQuery);
  const [asking, setAsking] = useState(false);
  const save = useMembersChange((requireSecondFactor: boolean) =>
    call(routes.organisations.putSignInRules, { body: { requireSecondFactor } }),
  );
  const manage = may('members:manage');
  return (
    <Section title={t('rules.title')} aside={manage ? undefined : t('rules.onlyManagers')}>
      {data === undefined && error === null ? <LoadingRows rows={1} label={t('rules.loading')} /> : null}
      {data === undefined && error !== null ? (
        <ErrorNotice title={t('rules.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {save.error === null ? null : (
        <ErrorNotice title={t('rules.notSaved')} code={problemCode(save.error)}>
          {problemText(save.error)}
        </ErrorNotice>
      )}
      {data === undefined ? null : (
        <div className={css.rule}>
          <Switch
            className={css.switch}
            labelPosition="left"
            label={t('rules.factor')}
            description={t('rules.factorText')}
            checked={data.requireSecondFactor}
            disabled={!manage || save.isPending}
            withThumbIndicator={false}
            onChange={({ currentTarget }) => {
              if (currentTarget.checked) setAsking(true);
              else save.mutate(false);
            }}
          />
        </div>
      )}
      {manage ? (
        <div className={css.rule}>
          <div className={css.what}>
            <p>{t('singleSignOn')}</p>
            <p className={css.ruleText}>{t('singleSignOnText')}</p>
          </div>
          <Button component={Link} to={paths.singleSignOn}>
            {t('singleSignOnOpen')}
          </Button>
        </div>
      ) : null}
      {asking ? (
        <ConfirmDialog
          title={t('rules.askTitle')}
          action={t('rules.askAction')}
          busy={save.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => save.mutate(true, { onSettled: () => setAsking(false) })}
        >
          <p>{t('rules.askText')}</p>
        </ConfirmDialog>
      ) : null}
    </Section>
  );
}
