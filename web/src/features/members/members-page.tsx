import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TopBar } from '../../frame/top-bar.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { LastReview } from '../access-review/last-review.tsx';
import { useAccount } from '../accounts/queries.ts';
import { Invitations } from './invitations.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MemberList } from './member-list.tsx';
import css from './members-page.module.css';
import { SignInRules } from './sign-in-rules.tsx';

/** Who belongs to the organisation, as what, and how they sign in. */
export function MembersPage() {
  const { t } = useTranslation('members');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const [inviting, setInviting] = useState(false);
  const invite = may('members:manage') ? (
    <Button variant="filled" leftSection={<IconPlus size={16} stroke={1.8} />} onClick={() => setInviting(true)}>
      {t('invite.open')}
    </Button>
  ) : null;
  return (
    <>
      <TopBar title={t('title')} actions={invite} />
      <main id="main" className={css.page}>
        <MemberList />
        {may('members:manage') ? <Invitations /> : null}
        {may('members:manage') ? <LastReview /> : null}
        <SignInRules />
      </main>
      {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </>
  );
}
