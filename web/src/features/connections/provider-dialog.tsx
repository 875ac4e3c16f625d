import { oauthPresetNames } from '@proofpix/contract/oauth-presets';
import { routes } from '@proofpix/contract/routes';
import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useChange } from './queries.ts';

const other = 'other';

/** A known provider needs only what it gave out; any other one its addresses too. */
export function ProviderDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('connections');
  const [preset, setPreset] = useState<string>(oauthPresetNames[0] ?? other);
  const [fields, setFields] = useState({
    name: '',
    clientId: '',
    clientSecret: '',
    authorize: '',
    token: '',
    scopes: '',
  });
  const set = (name: keyof typeof fields) => (event: { currentTarget: { value: string } }) => {
    // Read at once: when the change is worked in, the event has no target any more.
    const { value } = event.currentTarget;
    setFields((before) => ({ ...before, [name]: value }));
  };
  const add = useChange(() => {
    const known = oauthPresetNames.find((name) => name === preset);
    const scopes = fields.scopes.split(/[\s,]+/).filter((scope) => scope !== '');
    return call(routes.oauth.createProvider, {
      body: {
        name: known ?? fields.name.trim(),
        ...(known === undefined
          ? { authorizationEndpoint: fields.authorize.trim(), tokenEndpoint: fields.token.trim() }
          : { preset: known }),
        clientId: fields.clientId.trim(),
        ...(fields.clientSecret === '' ? {} : { clientSecret: fields.clientSecret }),
        ...(scopes.length === 0 ? {} : { scopes }),
      },
    });
  });
  return (
    <Dialog title={t('provider.dialog')} onClose={onClose}>
      <Form onSubmit={() => add.mutate(undefined, { onSuccess: onClose })}>
        <NativeSelect
          label={t('provider.provider')}
          data={[...oauthPresetNames, { value: other, label: t('provider.other') }]}
          value={preset}
          data-autofocus
          onChange={(event) => setPreset(event.currentTarget.value)}
        />
        {preset === other ? (
          <>
            <TextInput
              label={t('name')}
              description={t('provider.nameHelp')}
              inputWrapperOrder={fieldOrder}
              required
              value={fields.name}
              onChange={set('name')}
            />
            <TextInput
              label={t('provider.authorize')}
              required
              type="url"
              value={fields.authorize}
              onChange={set('authorize')}
            />
            <TextInput label={t('provider.token')} required type="url" value={fields.token} onChange={set('token')} />
          </>
        ) : null}
        <TextInput
          label={t('provider.clientId')}
          required
          value={fields.clientId}
          onChange={set('clientId')}
          autoComplete="off"
        />
        <PasswordInput
          label={t('provider.clientSecret')}
          description={t('provider.secretHelp')}
          inputWrapperOrder={fieldOrder}
          value={fields.clientSecret}
          onChange={set('clientSecret')}
          autoComplete="off"
        />
        <TextInput
          label={t('provider.scopes')}
          description={t('provider.scopesHelp')}
          inputWrapperOrder={fieldOrder}
          value={fields.scopes}
          onChange={set('scopes')}
        />
        {add.error === null ? null : (
          <ErrorNotice title={t('provider.notAdded')} code={problemCode(add.error)}>
            {problemText(add.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('provider.submit')} busy={add.isPending} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
