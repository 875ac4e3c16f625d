import { routes } from '@proofpix/contract/routes';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './forms.module.css';
import { useChange } from './queries.ts';

type Props = { onClose: () => void; onAdded: (made: { name: string; secret: string }) => void };

export function EndpointDialog({ onClose, onAdded }: Props) {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [types, setTypes] = useState('');
  const add = useChange(() => {
    const named = types.split(/[\s,]+/).filter((type) => type !== '');
    const body = { name: name.trim(), url: url.trim(), types: named.length === 0 ? null : named };
    return call(routes.webhooks.createEndpoint, { body });
  });
  return (
    <Dialog title="Add an address for messages" onClose={onClose}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(undefined, { onSuccess: ({ secret }) => onAdded({ name: name.trim(), secret }) });
        }}
      >
        <TextInput
          label="Name"
          description="Plugins can send to one address by this name."
          inputWrapperOrder={['label', 'input', 'description']}
          required
          maxLength={100}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Address"
          description="https, with a public host name."
          inputWrapperOrder={['label', 'input', 'description']}
          required
          type="url"
          placeholder="https://example.org/hooks/proofpix"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <TextInput
          label="Types of messages"
          description="Separated by commas, such as photo.flagged. All, when left empty."
          inputWrapperOrder={['label', 'input', 'description']}
          value={types}
          onChange={(event) => setTypes(event.currentTarget.value)}
        />
        {add.error === null ? null : (
          <ErrorNotice title="The address was not added" code={problemCode(add.error)}>
            {problemText(add.error)}
          </ErrorNotice>
        )}
        <div className={css.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={add.isPending}>
            Add the address
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
