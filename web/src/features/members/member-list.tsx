import { routes } from '@proofpix/contract/routes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
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
import { EraseDialog } from '../privacy/erase-dialog.tsx';
import css from './members-page.module.css';
import { membersQuery, useMembersChange, type Member } from './queries.ts';
import { RoleDialog } from './role-dialog.tsx';

/** The members with what can be done with each. */
export function MemberList() {
  const { t } = useTranslation('members');
  const { data, error, isPending, refetch } = useQuery(membersQuery);
  const [changing, setChanging] = useState<Member | null>(null);
  const [removing, setRemoving] = useState<Member | null>(null);
  const [signingOut, setSigningOut] = useState<Member | null>(null);
  const [erasing, setErasing] = useState<Member | null>(null);
  const items = data?.items ?? [];
  return (
    <Section title={t('list.title')} aside={data === undefined ? undefined : t('list.total', { count: items.length })}>
      {isPending ? <LoadingRows rows={4} label={t('list.loading')} /> : null}
      {error !== null && data === undefined ? (
        <ErrorNotice title={t('list.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {items.length === 0 ? null : (
        <MemberTable
          members={items}
          onChange={setChanging}
          onRemove={setRemoving}
          onErase={setErasing}
          onSignOut={setSigningOut}
        />
      )}
      {changing === null ? null : <RoleDialog member={changing} onClose={() => setChanging(null)} />}
      {signingOut === null ? null : <SignOutDialog member={signingOut} onClose={() => setSigningOut(null)} />}
      {erasing === null ? null : <EraseMember member={erasing} onClose={() => setErasing(null)} />}
      {removing === null ? null : <RemoveDialog member={removing} onClose={() => setRemoving(null)} />}
    </Section>
  );
}

/** A member with what can be done about them; `fixed` is why neither role nor membership can be changed. */
type Row = {
  member: Member;
  fixed: string | undefined;
  /** Why somebody else has to sign them out. */
  notByYou: string | undefined;
  onChange: () => void;
  onRemove: () => void;
  onSignOut: () => void;
  onErase: () => void;
};

type TableProps = {
  members: readonly Member[];
  onChange: (member: Member) => void;
  onRemove: (member: Member) => void;
  onSignOut: (member: Member) => void;
  onErase: (member: Member) => void;
};

function MemberTable({ members, onChange, onRemove, onErase, onSignOut }: TableProps) {
  const { t } = useTranslation('members');
  const { may, role } = useAccount();
  const manage = may('members:manage');
  const owners = members.filter((member) => member.role === 'owner').length;

  /** The server decides again. */
  function fixed(member: Member): string | undefined {
    if (member.role !== 'owner') return undefined;
    if (role !== 'owner') return t('list.onlyOwners');
    return owners === 1 ? t('list.lastOwner') : undefined;
  }

  const columns: Column<Row>[] = [
    { key: 'role', head: t('role'), width: '130px', cell: roleCell, phone: 'end' },
    ...(manage ? [{ key: 'factor', head: t('list.factor'), width: '170px', cell: factorCell }] : []),
    { key: 'since', head: t('list.since'), width: '140px', cell: sinceCell, phone: 'hidden' },
  ];
  return (
    <DataTable
      label={t('list.title')}
      rows={members.map((member): Row => ({
        member,
        fixed: fixed(member),
        notByYou: member.role === 'owner' && role !== 'owner' ? t('list.onlyOwners') : undefined,
        onChange: () => onChange(member),
        onRemove: () => onRemove(member),
        onSignOut: () => onSignOut(member),
        onErase: () => onErase(member),
      }))}
      rowKey={({ member }) => member.id}
      nameHead={t('list.member')}
      name={nameCell}
      columns={columns}
      actionsHead={t('list.actions')}
      {...(manage ? { actions: menuCell } : {})}
    />
  );
}

const nameCell = ({ member }: Row) => <Name member={member} />;
const roleCell = ({ member }: Row) => <RoleWord member={member} />;
const factorCell = ({ member }: Row) => <Factor on={member.secondFactor === true} />;
const menuCell = (row: Row) => <Actions {...row} />;

function sinceCell({ member: { createdAt } }: Row) {
  return (
    <time dateTime={createdAt} title={timeWithZone(createdAt)}>
      {timeInList(createdAt)}
    </time>
  );
}

function Name({ member }: { member: Member }) {
  const { t } = useTranslation('members');
  const { user } = useAccount();
  return (
    <>
      <span className={css.name}>
        {member.name}
        {member.id === user.id ? <span className={css.quiet}> · {t('list.you')}</span> : null}
      </span>
      <span className={css.email}>{member.email}</span>
    </>
  );
}

function RoleWord({ member }: { member: Member }) {
  const { t } = useTranslation('frame');
  return t(`roles.${member.role}`);
}

function Factor({ on }: { on: boolean }) {
  const { t } = useTranslation('members');
  return <State tone={on ? 'running' : 'stopped'} words={t(on ? 'list.factorOn' : 'list.factorOff')} />;
}

function Actions({ member, fixed, notByYou, onChange, onRemove, onErase, onSignOut }: Row) {
  const { t } = useTranslation('members');
  const privacy = useTranslation('privacy');
  const { user } = useAccount();
  return (
    <MenuButton
      name={member.name}
      actions={[
        { label: t('roleChange.open'), disabledBecause: fixed, onClick: onChange },
        { label: t('signOut.open'), disabledBecause: notByYou, onClick: onSignOut },
        { label: t('remove.open'), loss: true, disabledBecause: fixed, onClick: onRemove },
        // Oneself on the page of one's own account, where it is proved who does it.
        ...(member.id === user.id
          ? []
          : [{ label: privacy.t('member.open'), loss: true, disabledBecause: fixed, onClick: onErase }]),
      ]}
    />
  );
}

function SignOutDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation('members');
  const toast = useToast();
  const signOut = useMembersChange(() => call(routes.members.signOut, { params: { id: member.id } }));
  const { name } = member;
  return (
    <ConfirmDialog
      title={t('signOut.title', { name })}
      action={t('signOut.action')}
      busy={signOut.isPending}
      error={
        signOut.error === null ? null : (
          <ErrorNotice title={t('signOut.failed')} code={problemCode(signOut.error)}>
            {problemText(signOut.error)}
          </ErrorNotice>
        )
      }
      onClose={onClose}
      onConfirm={() =>
        signOut.mutate(undefined, {
          onSuccess: ({ ended }) => {
            toast({ text: t('signOut.done', { name, count: ended }) });
            onClose();
          },
        })
      }
    >
      <p>{t('signOut.text')}</p>
    </ConfirmDialog>
  );
}

function EraseMember({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation('privacy');
  const toast = useToast();
  const { name, email } = member;
  const erase = useMembersChange((typed: string) =>
    call(routes.members.erase, { params: { id: member.id }, body: { email: typed } }),
  );
  return (
    <EraseDialog
      title={t('member.title', { name })}
      text={t('member.text')}
      typed={t('member.type', { email })}
      action={t('member.action')}
      withoutProof
      erase={({ typed }) => erase.mutateAsync(typed)}
      onClose={onClose}
      onDone={() => {
        toast({ text: t('member.done', { name }) });
        onClose();
      }}
    />
  );
}

function RemoveDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation('members');
  const toast = useToast();
  const remove = useMembersChange(() => call(routes.members.remove, { params: { id: member.id } }));
  const { name, email } = member;
  return (
    <ConfirmDialog
      title={t('remove.title', { name })}
      action={t('remove.action', { name })}
      busy={remove.isPending}
      error={
        remove.error === null ? null : (
          <ErrorNotice title={t('remove.failed')} code={problemCode(remove.error)}>
            {problemText(remove.error)}
          </ErrorNotice>
        )
      }
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            toast({ text: t('remove.done', { name }) });
            onClose();
          },
        })
      }
    >
      <p>{t('remove.text', { email })}</p>
    </ConfirmDialog>
  );
}
