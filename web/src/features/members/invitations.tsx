import type { Invitation } from '@proofpix/contract/api/invitations';
import { routes } from '@proofpix/contract/routes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { pageLanguage } from '../../i18n.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { MenuButton } from '../../ui/menu-button.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './members-page.module.css';
import { invitationsQuery, useMembersChange } from './queries.ts';

type Row = {
  invitation: Invitation;
  /** Why it cannot be sent again; the server decides again. */
  fixed: string | undefined;
  onResend: () => void;
  onRevoke: () => void;
};

/** Who was invited and has not answered yet. Never with the link: it belongs to the mailbox alone. */
export function Invitations() {
  const { t } = useTranslation('members');
  const toast = useToast();
  const { role: own } = useAccount();
  const { data, error, isPending, refetch } = useQuery(invitationsQuery);
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const resend = useMembersChange((id: string) =>
    call(routes.invitations.resend, { params: { id }, body: { language: pageLanguage() } }),
  );
  const items = data?.items ?? [];
  const columns: Column<Row>[] = [
    { key: 'role', head: t('role'), width: '130px', cell: roleCell, phone: 'end' },
    { key: 'state', head: t('invited.until'), width: '170px', cell: untilCell },
    { key: 'by', head: t('invited.by'), width: '140px', cell: inviterCell, phone: 'hidden' },
  ];
  return (
    <Section title={t('invited.title')}>
      {isPending ? <LoadingRows rows={1} label={t('invited.loading')} /> : null}
      {error !== null && data === undefined ? (
        <ErrorNotice title={t('invited.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {resend.error === null ? null : (
        <ErrorNotice title={t('invited.notSent')} code={problemCode(resend.error)}>
          {problemText(resend.error)}
        </ErrorNotice>
      )}
      {data !== undefined && items.length === 0 ? <p className={css.none}>{t('invited.none')}</p> : null}
      {items.length === 0 ? null : (
        <DataTable
          label={t('invited.title')}
          rows={items.map((invitation): Row => ({
            invitation,
            fixed: invitation.role === 'owner' && own !== 'owner' ? t('list.onlyOwners') : undefined,
            onResend: () =>
              resend.mutate(invitation.id, { onSuccess: ({ email }) => toast({ text: t('invite.done', { email }) }) }),
            onRevoke: () => setRevoking(invitation),
          }))}
          rowKey={({ invitation }) => invitation.id}
          nameHead={t('invited.address')}
          name={addressCell}
          columns={columns}
          actionsHead={t('list.actions')}
          actions={menuCell}
        />
      )}
      {revoking === null ? null : <RevokeDialog invitation={revoking} onClose={() => setRevoking(null)} />}
    </Section>
  );
}

const addressCell = ({ invitation }: Row) => <span className={css.name}>{invitation.email}</span>;
const roleCell = ({ invitation }: Row) => <RoleWord role={invitation.role} />;
const untilCell = ({ invitation }: Row) => <Until invitation={invitation} />;
const inviterCell = ({ invitation }: Row) => <Inviter name={invitation.invitedBy} />;
const menuCell = (row: Row) => <Actions {...row} />;

function RoleWord({ role }: { role: Invitation['role'] }) {
  const { t } = useTranslation('frame');
  return t(`roles.${role}`);
}

function Inviter({ name }: { name: string | null }) {
  const { t } = useTranslation('members');
  return name ?? t('invited.byNobody');
}

function Actions({ invitation, fixed, onResend, onRevoke }: Row) {
  const { t } = useTranslation('members');
  return (
    <MenuButton
      name={invitation.email}
      actions={[
        { label: t('invited.resend'), disabledBecause: fixed, onClick: onResend },
        { label: t('invited.revoke'), loss: true, onClick: onRevoke },
      ]}
    />
  );
}

function Until({ invitation: { expiresAt } }: { invitation: Invitation }) {
  const { t } = useTranslation('members');
  // Of the first render: a page that is open for days is asked again anyway.
  const [now] = useState(() => Date.now());
  if (Date.parse(expiresAt) <= now) return <State tone="stopped" words={t('invited.over')} />;
  return (
    <time dateTime={expiresAt} title={timeWithZone(expiresAt)}>
      {timeInList(expiresAt)}
    </time>
  );
}

function RevokeDialog({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const { t } = useTranslation('members');
  const toast = useToast();
  const { email, id } = invitation;
  const revoke = useMembersChange(() => call(routes.invitations.revoke, { params: { id } }));
  return (
    <ConfirmDialog
      title={t('invited.askTitle', { email })}
      action={t('invited.revoke')}
      busy={revoke.isPending}
      error={
        revoke.error === null ? null : (
          <ErrorNotice title={t('invited.notRevoked')} code={problemCode(revoke.error)}>
            {problemText(revoke.error)}
          </ErrorNotice>
        )
      }
      onClose={onClose}
      onConfirm={() =>
        revoke.mutate(undefined, {
          onSuccess: () => {
            toast({ text: t('invited.revoked', { email }) });
            onClose();
          },
        })
      }
    >
      <p>{t('invited.askText')}</p>
    </ConfirmDialog>
  );
}
