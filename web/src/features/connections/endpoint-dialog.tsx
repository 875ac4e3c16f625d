import { routes } from '@proofpix/contract/routes';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useChange } from './queries.ts';

type Props = { onClose: () => void; onAdded: (made: { name: string; secret: string }) => void };

export function EndpointDialog({ onClose, onAdded }: Props) {
  const { t } = useTranslation('connections');
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [types, setTypes] = useState('');
  const add = useChange(() => {
    const named = types.split(/[\s,]+/).filter((type) => type !== '');
    const body = { name: name.trim(), url: url.trim(), types: named.length === 0 ? null : named };
    return call(routes.webhooks.createEndpoint, { body });
  });
  return (
    <Dialog title={t('endpoint.dialog')} onClose={onClose}>
      <Form
        onSubmit={() => add.mutate(undefined, { onSuccess: ({ secret }) => onAdded({ name: name.trim(), secret }) })}
      >
        <TextInput
          label={t('name')}
          description={t('endpoint.nameHelp')}
          inputWrapperOrder={fieldOrder}
          required
          maxLength={100}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('address')}
          description={t('endpoint.addressHelp')}
          inputWrapperOrder={fieldOrder}
          required
          type="url"
          placeholder="https://example.org/hooks/proofpix"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <TextInput
          label={t('endpoint.types')}
          description={t('endpoint.typesHelp')}
          inputWrapperOrder={fieldOrder}
          value={types}
          onChange={(event) => setTypes(event.currentTarget.value)}
        />
        {add.error === null ? null : (
          <ErrorNotice title={t('endpoint.notAdded')} code={problemCode(add.error)}>
            {problemText(add.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('endpoint.submit')} busy={add.isPending} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
