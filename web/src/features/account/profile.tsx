import { routes } from '@proofpix/contract/routes';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { Form } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './account-page.module.css';
import { EmailAddress } from './email-address.tsx';
import { useAccountChange } from './queries.ts';

export function Profile() {
  const { t } = useTranslation('account');
  const frame = useTranslation('frame');
  const toast = useToast();
  const { user, organisation, role, hasPassword, singleSignOn } = useAccount();
  const [name, setName] = useState(user.name);
  const save = useAccountChange(() => call(routes.account.update, { body: { name: name.trim() } }));
  return (
    <Section title={t('profile')}>
      <DescriptionList
        facts={[
          // Below, with what can be done about it, where it is one's own.
          ...(hasPassword && !singleSignOn.signedIn ? [] : [{ label: t('email'), value: user.email }]),
          { label: t('organisation'), value: organisation.name },
          { label: t('role'), value: frame.t(`roles.${role}`) },
        ]}
      />
      <EmailAddress />
      <div className={css.row}>
        <div className={css.what}>
          <Form onSubmit={() => save.mutate(undefined, { onSuccess: () => toast({ text: t('nameSaved') }) })}>
            <TextInput
              label={t('name')}
              required
              maxLength={100}
              autoComplete="name"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {save.error === null ? null : (
              <ErrorNotice title={t('notSaved')} code={problemCode(save.error)}>
                {problemText(save.error)}
              </ErrorNotice>
            )}
            {name.trim() === user.name || name.trim() === '' ? null : (
              <Button className={css.submit} type="submit" variant="filled" loading={save.isPending}>
                {t('saveName')}
              </Button>
            )}
          </Form>
        </div>
      </div>
    </Section>
  );
}
