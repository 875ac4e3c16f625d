import { routes } from '@proofpix/contract/routes';
import { ActionIcon, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconBook2, IconLogout, IconMenu2, IconMoon, IconSun, IconUser, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { call, isSignedOut } from '../api.ts';
import { useAccount } from '../features/accounts/queries.ts';
import { paths } from '../paths.ts';
import css from './account-menu.module.css';

function useTheme() {
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  return {
    name: dark ? 'Use the light theme' : 'Use the dark theme',
    icon: dark ? IconSun : IconMoon,
    toggle: () => setColorScheme(dark ? 'light' : 'dark'),
  };
}

export function ThemeSwitch() {
  const theme = useTheme();
  return (
    <ActionIcon aria-label={theme.name} title={theme.name} onClick={theme.toggle}>
      <theme.icon size={17} stroke={1.6} />
    </ActionIcon>
  );
}

function useSignOut() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => call(routes.auth.logout),
    onSettled: (_reply, error) => {
      if (error !== null && !isSignedOut(error)) return;
      queryClient.clear();
      void navigate(paths.signIn(), { replace: true });
    },
  });
}

/** The name at the foot of the side bar. */
export function AccountMenu() {
  const { user } = useAccount();
  return (
    <>
      <UnstyledButton className={css.name} title={user.name} popoverTarget="account">
        <IconUser className={css.nameIcon} size={17} stroke={1.6} aria-hidden />
        <span className={css.nameText}>{user.name}</span>
      </UnstyledButton>
      <Panel id="account" place={css.atFoot}>
        <SignOut />
      </Panel>
    </>
  );
}

/** The phone's menu in the top bar: what the side bar has at its foot. */
export function PhoneMenu() {
  const theme = useTheme();
  return (
    <>
      <ActionIcon className={css.phoneMenu} aria-label="Menu" popoverTarget="phone-menu">
        <IconMenu2 size={20} stroke={1.6} />
      </ActionIcon>
      <Panel id="phone-menu" place={css.belowBar}>
        <Item icon={theme.icon} onClick={theme.toggle}>
          {theme.name}
        </Item>
        <a className={css.item} href={paths.docs}>
          <IconBook2 size={16} stroke={1.6} aria-hidden />
          API docs
        </a>
        <SignOut />
      </Panel>
    </>
  );
}

/** The browser's own popover: above everything, closed by Esc or a click beside it, focus back where it was. */
function Panel({ id, place, children }: { id: string; place: string | undefined; children: ReactNode }) {
  const { user, organisation, role } = useAccount();
  return (
    <div id={id} popover="auto" className={`${css.panel} ${place}`}>
      <p className={css.who}>
        <span className={css.strong}>{user.name}</span>
        <span>{user.email}</span>
        <span>
          {role} of {organisation.name}
        </span>
      </p>
      {children}
    </div>
  );
}

function SignOut() {
  const signOut = useSignOut();
  return (
    <>
      <Item icon={IconLogout} onClick={() => signOut.mutate()}>
        Sign out
      </Item>
      {signOut.error === null || isSignedOut(signOut.error) ? null : (
        <p className={css.failed} role="alert">
          You are still signed in: the server did not answer.
        </p>
      )}
    </>
  );
}

function Item({ icon: ItemIcon, onClick, children }: { icon: Icon; onClick: () => void; children: ReactNode }) {
  return (
    <UnstyledButton className={css.item} onClick={onClick}>
      <ItemIcon size={16} stroke={1.6} aria-hidden />
      {children}
    </UnstyledButton>
  );
}
