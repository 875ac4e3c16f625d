import { Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';

type Props = {
  title: string;
  /** What stands before the reason: what happens by it, or the other fields. */
  children: ReactNode;
  label: string;
  help?: string;
  submit: string;
  /** Said while the reason, or `incomplete` another field, is empty. */
  missing: string;
  incomplete?: boolean;
  failed: string;
  /** What it changes beside the plugins, which it changes always. */
  changes: readonly string[];
  act: (reason: string) => Promise<unknown>;
  onClose: () => void;
};

/** Asks why before something is decided: the answer is kept with the name of whoever gave it. */
export function ReasonDialog({ title, children, label, help, submit, missing, incomplete, ...props }: Props) {
  const { failed, changes, act, onClose } = props;
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: () => act(reason.trim()),
    onSuccess: async () => {
      onClose();
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: [...changes] }),
        queryClient.invalidateQueries({ queryKey: ['plugins'] }),
      ]);
    },
  });
  const empty = incomplete === true || reason.trim() === '';
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (!empty) decide.mutate();
        }}
      >
        {children}
        <Textarea
          label={label}
          description={help}
          inputWrapperOrder={fieldOrder}
          autosize
          minRows={3}
          maxLength={1_000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {decide.error === null ? null : (
          <ErrorNotice title={failed} code={problemCode(decide.error)}>
            {problemText(decide.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={submit} busy={decide.isPending} onCancel={onClose} missing={empty ? missing : undefined} />
      </Form>
    </Dialog>
  );
}
