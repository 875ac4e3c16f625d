import type { Role } from '@proofpix/contract/access';
import { routes } from '@proofpix/contract/routes';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { pageLanguage } from '../../i18n.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useMembersChange } from './queries.ts';
import { RoleField } from './role-field.tsx';

/** By mail: who is invited chooses name and password, and nobody else ever has the link. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('members');
  const accounts = useTranslation('accounts');
  const toast = useToast();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('analyst');
  const invite = useMembersChange(() =>
    call(routes.invitations.create, { body: { email: email.trim(), role, language: pageLanguage() } }),
  );
  return (
    <Dialog title={t('invite.title')} onClose={onClose}>
      <Form
        onSubmit={() =>
          invite.mutate(undefined, {
            onSuccess: (invitation) => {
              toast({ text: t('invite.done', { email: invitation.email }) });
              onClose();
            },
          })
        }
      >
        <TextInput
          label={accounts.t('email')}
          description={t('invite.help')}
          inputWrapperOrder={fieldOrder}
          type="email"
          required
          maxLength={254}
          autoComplete="off"
          value={email}
          data-autofocus
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <RoleField role={role} onChange={setRole} />
        {invite.error === null ? null : (
          <ErrorNotice title={t('invite.failed')} code={problemCode(invite.error)}>
            {problemText(invite.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('invite.submit')} busy={invite.isPending} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
