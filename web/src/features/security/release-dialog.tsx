import { routes } from '@proofpix/contract/routes';
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { securityKeys } from './queries.ts';
import css from './release-dialog.module.css';

type Props = { plugin: string; name: string; reason: string; quarantined: boolean; onClose: () => void };

/** Asks why: the answer is kept with the name of whoever gave it. */
export function ReleaseDialog({ plugin, name, reason, quarantined, onClose }: Props) {
  const queryClient = useQueryClient();
  const [why, setWhy] = useState('');
  const missing = useId();
  const release = useMutation({
    mutationFn: () => call(routes.plugins.release, { params: { id: plugin }, body: { reason: why.trim() } }),
    onSuccess: async () => {
      onClose();
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: securityKeys.all }),
        queryClient.invalidateQueries({ queryKey: ['plugins'] }),
      ]);
    },
  });
  const empty = why.trim() === '';
  return (
    <Dialog title={quarantined ? `Release ${name}?` : `Try ${name} again?`} onClose={onClose}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!empty) release.mutate();
        }}
      >
        <p className={css.text} tabIndex={-1} data-autofocus>
          {reason}{' '}
          {quarantined
            ? 'After the release it is unloaded: load it yourself when you are sure.'
            : 'It is called again at once. When it goes on failing, it is switched off again.'}
        </p>
        <Textarea
          label="Why this is safe"
          description="Kept in the events of the plugin, with your name."
          inputWrapperOrder={['label', 'input', 'description']}
          autosize
          minRows={3}
          maxLength={1_000}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        {release.error === null ? null : (
          <ErrorNotice title="It stays locked" code={problemCode(release.error)}>
            {problemText(release.error)}
          </ErrorNotice>
        )}
        <div className={css.buttons}>
          <span id={missing} className={css.missing}>
            {empty ? 'Give a reason first.' : ''}
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            loading={release.isPending}
            disabled={empty}
            aria-describedby={empty ? missing : undefined}
          >
            {quarantined ? `Release ${name}` : `Try ${name} again`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
