import { oauthPresetNames } from '@proofpix/contract/oauth-presets';
import { routes } from '@proofpix/contract/routes';
import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './forms.module.css';
import { useChange } from './queries.ts';

const other = 'other';

/** A known provider needs only what it gave out; any other one its addresses too. */
export function ProviderDialog({ onClose }: { onClose: () => void }) {
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
    <Dialog title="Add a provider of accounts" onClose={onClose}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <NativeSelect
          label="Provider"
          data={[...oauthPresetNames, other]}
          value={preset}
          data-autofocus
          onChange={(event) => setPreset(event.currentTarget.value)}
        />
        {preset === other ? (
          <>
            <TextInput
              label="Name"
              description="What plugins ask for: a-z, 0-9 and -."
              inputWrapperOrder={['label', 'input', 'description']}
              required
              value={fields.name}
              onChange={set('name')}
            />
            <TextInput
              label="Authorization address"
              required
              type="url"
              value={fields.authorize}
              onChange={set('authorize')}
            />
            <TextInput label="Token address" required type="url" value={fields.token} onChange={set('token')} />
          </>
        ) : null}
        <TextInput label="Client id" required value={fields.clientId} onChange={set('clientId')} autoComplete="off" />
        <PasswordInput
          label="Client secret"
          description="Kept encrypted and never shown again."
          inputWrapperOrder={['label', 'input', 'description']}
          value={fields.clientSecret}
          onChange={set('clientSecret')}
          autoComplete="off"
        />
        <TextInput
          label="Scopes"
          description="Separated by spaces. The usual ones of the provider, when left empty."
          inputWrapperOrder={['label', 'input', 'description']}
          value={fields.scopes}
          onChange={set('scopes')}
        />
        {add.error === null ? null : (
          <ErrorNotice title="The provider was not added" code={problemCode(add.error)}>
            {problemText(add.error)}
          </ErrorNotice>
        )}
        <div className={css.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={add.isPending}>
            Add the provider
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
