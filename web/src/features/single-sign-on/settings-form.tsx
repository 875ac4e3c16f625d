import type { Role } from '@proofpix/contract/access';
import type { NewSingleSignOn, SingleSignOn } from '@proofpix/contract/api/single-sign-on';
import { routes } from '@proofpix/contract/routes';
import { Button, NativeSelect, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyText } from '../../ui/copy-text.tsx';
import { fieldOrder, Form } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { accountQuery } from '../accounts/queries.ts';
import { singleSignOnQuery } from './queries.ts';
import css from './single-sign-on-page.module.css';

const roles: readonly Exclude<Role, 'owner'>[] = ['admin', 'developer', 'analyst', 'auditor', 'viewer'];

type Props = { settings: SingleSignOn | null; redirectUri: string };

export function SettingsForm({ settings, redirectUri }: Props) {
  const { t } = useTranslation('singleSignOn');
  const frame = useTranslation('frame');
  const toast = useToast();
  const queryClient = useQueryClient();
  const [fields, setFields] = useState({
    issuer: settings?.issuer ?? '',
    clientId: settings?.clientId ?? '',
    clientSecret: '',
    domains: settings?.domains.join(', ') ?? '',
  });
  const [defaultRole, setDefaultRole] = useState<Exclude<Role, 'owner'>>(settings?.defaultRole ?? 'viewer');
  const [required, setRequired] = useState(settings?.required ?? false);
  const [asking, setAsking] = useState(false);
  const set = (name: keyof typeof fields) => (event: { currentTarget: { value: string } }) => {
    // Read at once: when the change is worked in, the event has no target any more.
    const { value } = event.currentTarget;
    setFields((before) => ({ ...before, [name]: value }));
  };
  const save = useMutation({
    mutationFn: () => call(routes.singleSignOn.put, { body: bodyOf() }),
    onSuccess: async () => {
      toast({ text: t('saved') });
      await queryClient.invalidateQueries({ queryKey: singleSignOnQuery.queryKey });
      // Whoever is not an owner may be signed out by it.
      await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    },
    onSettled: () => setAsking(false),
  });
  const moved =
    settings !== null && (settings.issuer !== fields.issuer.trim() || settings.clientId !== fields.clientId.trim());
  const begins = required && settings?.required !== true;

  function bodyOf(): NewSingleSignOn {
    const { clientSecret } = fields;
    return {
      issuer: fields.issuer.trim(),
      clientId: fields.clientId.trim(),
      ...(clientSecret === '' ? {} : { clientSecret }),
      domains: fields.domains
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter((domain) => domain !== ''),
      defaultRole,
      required,
    };
  }

  return (
    <Section title={t('provider')}>
      <div className={css.column}>
        <p className={css.text}>{t('text')}</p>
        <Form onSubmit={() => (begins || moved ? setAsking(true) : save.mutate())}>
          <div>
            <p className={css.label}>{t('redirectUri')}</p>
            <div className={css.copied}>
              <code>{redirectUri}</code>
              <CopyText text={redirectUri} what={t('theRedirectUri')} />
            </div>
            <p className={css.help}>{t('redirectUriHelp')}</p>
          </div>
          <TextInput
            label={t('issuer')}
            description={t('issuerHelp')}
            inputWrapperOrder={fieldOrder}
            placeholder="https://login.example.org"
            required
            maxLength={1000}
            value={fields.issuer}
            onChange={set('issuer')}
          />
          <TextInput
            label={t('clientId')}
            required
            maxLength={500}
            autoComplete="off"
            value={fields.clientId}
            onChange={set('clientId')}
          />
          <PasswordInput
            label={t('clientSecret')}
            description={t(settings === null || moved ? 'clientSecretNew' : 'clientSecretKept')}
            inputWrapperOrder={fieldOrder}
            maxLength={2000}
            autoComplete="off"
            value={fields.clientSecret}
            onChange={set('clientSecret')}
          />
          <TextInput
            label={t('domains')}
            description={t('domainsHelp')}
            inputWrapperOrder={fieldOrder}
            required
            autoComplete="off"
            value={fields.domains}
            onChange={set('domains')}
          />
          <NativeSelect
            label={t('defaultRole')}
            description={t('defaultRoleHelp')}
            inputWrapperOrder={fieldOrder}
            value={defaultRole}
            onChange={(event) => setDefaultRole(event.currentTarget.value as Exclude<Role, 'owner'>)} // one of these
            data={roles.map((role) => ({ value: role, label: frame.t(`roles.${role}`) }))}
          />
          <Switch
            labelPosition="left"
            label={t('required')}
            description={t('requiredHelp')}
            checked={required}
            withThumbIndicator={false}
            onChange={(event) => setRequired(event.currentTarget.checked)}
          />
          {save.error === null ? null : (
            <ErrorNotice title={t('notSaved')} code={problemCode(save.error)}>
              {problemText(save.error)}
            </ErrorNotice>
          )}
          <Button className={css.submit} type="submit" variant="filled" loading={save.isPending}>
            {t('save')}
          </Button>
        </Form>
      </div>
      {asking ? (
        <ConfirmDialog
          title={t(begins ? 'askRequired' : 'askMoved')}
          action={t('save')}
          busy={save.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => save.mutate()}
        >
          {begins ? <p>{t('askRequiredText')}</p> : null}
          {moved ? <p>{t('askMovedText')}</p> : null}
        </ConfirmDialog>
      ) : null}
    </Section>
  );
}
