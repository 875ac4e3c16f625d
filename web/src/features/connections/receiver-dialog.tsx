import type { WebhookReceiver } from '@proofpix/contract/api/webhooks';
import { routes } from '@proofpix/contract/routes';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';
import { pluginsQuery } from '../plugins/queries.ts';
import css from './forms.module.css';
import { useChange } from './queries.ts';

type Props = { onClose: () => void; onAdded: (made: WebhookReceiver & { secret: string }) => void };

export function ReceiverDialog({ onClose, onAdded }: Props) {
  const { may } = useAccount();
  const plugins = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  const [name, setName] = useState('');
  const [plugin, setPlugin] = useState('');
  const add = useChange(() =>
    call(routes.webhooks.createReceiver, { body: { name: name.trim(), plugin: plugin === '' ? null : plugin } }),
  );
  return (
    <Dialog title="Add a receiver of messages" onClose={onClose}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(undefined, { onSuccess: onAdded });
        }}
      >
        <TextInput
          label="Name"
          required
          maxLength={100}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label="For"
          description="Only plugins with the permission webhooks hear of a message."
          inputWrapperOrder={['label', 'input', 'description']}
          value={plugin}
          onChange={(event) => setPlugin(event.currentTarget.value)}
          data={[
            { value: '', label: 'Every plugin that listens' },
            ...(plugins.data?.items ?? []).map(({ id, name: label }) => ({ value: id, label })),
          ]}
        />
        {add.error === null ? null : (
          <ErrorNotice title="The receiver was not added" code={problemCode(add.error)}>
            {problemText(add.error)}
          </ErrorNotice>
        )}
        <div className={css.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={add.isPending}>
            Add the receiver
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
