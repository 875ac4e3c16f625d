import type { Role } from '@proofpix/contract/access';
import { routes } from '@proofpix/contract/routes';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useMembersChange, type Member } from './queries.ts';
import { RoleField } from './role-field.tsx';

export function RoleDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation('members');
  const toast = useToast();
  const [role, setRole] = useState<Role>(member.role);
  const change = useMembersChange(() => call(routes.members.changeRole, { params: { id: member.id }, body: { role } }));
  const { name } = member;
  return (
    <Dialog title={t('roleChange.title', { name })} onClose={onClose}>
      <Form
        onSubmit={() =>
          change.mutate(undefined, {
            onSuccess: () => {
              toast({ text: t('roleChange.done', { name }) });
              onClose();
            },
          })
        }
      >
        <RoleField role={role} onChange={setRole} />
        {change.error === null ? null : (
          <ErrorNotice title={t('roleChange.failed')} code={problemCode(change.error)}>
            {problemText(change.error)}
          </ErrorNotice>
        )}
        <FormButtons
          submit={t('roleChange.submit')}
          busy={change.isPending}
          onCancel={onClose}
          missing={role === member.role ? t('roleChange.same') : undefined}
        />
      </Form>
    </Dialog>
  );
}
