import type { PluginRequest } from '@proofpix/contract/api/requests';
import { routes } from '@proofpix/contract/routes';
import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import textCss from '../security/release-dialog.module.css';
import { requestsQuery } from './queries.ts';

type Props = { request: PluginRequest; approves: boolean; onClose: () => void };

/** Asks why, and for an approval how much of it and until when. */
export function DecideDialog({ request, approves, onClose }: Props) {
  const { t } = useTranslation('policies');
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState('');
  const [granted, setGranted] = useState<readonly PluginRequest['permissions'][number][]>(request.permissions);
  const params = { id: request.id };
  const decide = useMutation({
    mutationFn: () => {
      const said = { reason: reason.trim() };
      if (!approves) return call(routes.requests.refuse, { params, body: said });
      const ends = end === '' ? {} : { expiresAt: new Date(end).toISOString() };
      return call(routes.requests.approve, { params, body: { ...said, permissions: [...granted], ...ends } });
    },
    onSuccess: async () => {
      onClose();
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: requestsQuery.queryKey }),
        queryClient.invalidateQueries({ queryKey: ['plugins'] }),
      ]);
    },
  });
  const empty = reason.trim() === '';
  return (
    <Dialog title={approves ? t('requests.approveDialog') : t('requests.refuseDialog')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (!empty) decide.mutate();
        }}
      >
        <p className={textCss.text} tabIndex={-1} data-autofocus>
          {approves ? t('requests.approveMeans') : t('requests.refuseMeans')}
        </p>
        {!approves || request.permissions.length === 0 ? null : (
          <Checkbox.Group
            label={t('requests.grant')}
            value={[...granted]}
            onChange={(names) => setGranted(request.permissions.filter((each) => names.includes(each)))}
          >
            {request.permissions.map((permission) => (
              <Checkbox key={permission} value={permission} label={permission} mt={8} />
            ))}
          </Checkbox.Group>
        )}
        {!approves ? null : (
          <TextInput
            type="datetime-local"
            label={t('requests.end')}
            description={t(request.kind === 'update' ? 'requests.endHelpUpdate' : 'requests.endHelp')}
            inputWrapperOrder={fieldOrder}
            value={end}
            onChange={(event) => setEnd(event.currentTarget.value)}
          />
        )}
        <Textarea
          label={t('requests.why')}
          inputWrapperOrder={fieldOrder}
          autosize
          minRows={2}
          maxLength={1_000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {decide.error === null ? null : (
          <ErrorNotice title={t('requests.notDecided')} code={problemCode(decide.error)}>
            {problemText(decide.error)}
          </ErrorNotice>
        )}
        <FormButtons
          submit={approves ? t('requests.approve') : t('requests.refuse')}
          busy={decide.isPending}
          onCancel={onClose}
          missing={empty ? t('requests.missing') : undefined}
        />
      </Form>
    </Dialog>
  );
}
