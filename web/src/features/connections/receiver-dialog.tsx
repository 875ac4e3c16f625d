import type { WebhookReceiver } from '@proofpix/contract/api/webhooks';
import { routes } from '@proofpix/contract/routes';
import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';
import { pluginsQuery } from '../plugins/queries.ts';
import { useChange } from './queries.ts';

type Props = { onClose: () => void; onAdded: (made: WebhookReceiver & { secret: string }) => void };

export function ReceiverDialog({ onClose, onAdded }: Props) {
  const { t } = useTranslation('connections');
  const { may } = useAccount();
  const plugins = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  const [name, setName] = useState('');
  const [plugin, setPlugin] = useState('');
  const add = useChange(() =>
    call(routes.webhooks.createReceiver, { body: { name: name.trim(), plugin: plugin === '' ? null : plugin } }),
  );
  return (
    <Dialog title={t('receiver.dialog')} onClose={onClose}>
      <Form onSubmit={() => add.mutate(undefined, { onSuccess: onAdded })}>
        <TextInput
          label={t('name')}
          required
          maxLength={100}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('receiver.for')}
          description={t('receiver.forHelp')}
          inputWrapperOrder={fieldOrder}
          value={plugin}
          onChange={(event) => setPlugin(event.currentTarget.value)}
          data={[
            { value: '', label: t('receiver.everyPlugin') },
            ...(plugins.data?.items ?? []).map(({ id, name: label }) => ({ value: id, label })),
          ]}
        />
        {add.error === null ? null : (
          <ErrorNotice title={t('receiver.notAdded')} code={problemCode(add.error)}>
            {problemText(add.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('receiver.submit')} busy={add.isPending} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
