import { routes } from '@proofpix/contract/routes';
import { ActionIcon, Menu, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconLogout, IconMenu2, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import { call, isSignedOut } from '../api.ts';
import { useAccount } from '../features/accounts/queries.ts';
import { paths } from '../paths.ts';
import css from './account-menu.module.css';

function useTheme() {
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  return { name: dark ? 'Use the light theme' : 'Use the dark theme', dark, toggle: () => setColorScheme(dark ? 'light' : 'dark') };
}

export function ThemeSwitch() {
  const { name, dark, toggle } = useTheme();
  return (
    <ActionIcon aria-label={name} title={name} onClick={toggle}>
      {dark ? <IconSun size={17} stroke={1.6} /> : <IconMoon size={17} stroke={1.6} />}
    </ActionIcon>
  );
}

function useSignOut() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => call(routes.auth.logout),
    onSettled: (_reply, error) => {
      if (error !== null && !isSignedOut(error)) return;
      queryClient.clear();
      void navigate(paths.signIn(), { replace: true });
    },
  });
  return signOut;
}

/** The name at the foot of the side bar. */
export function AccountMenu() {
  const { user } = useAccount();
  const signOut = useSignOut();
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={css.name} title={user.name}>
          <IconUser className={css.nameIcon} size={17} stroke={1.6} aria-hidden />
          <span className={css.nameText}>{user.name}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <WhoAmI />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The phone's menu in the top bar: what the side bar has at its foot. */
export function PhoneMenu() {
  const { name, dark, toggle } = useTheme();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon className={css.phoneMenu} aria-label="Menu">
          <IconMenu2 size={20} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <WhoAmI />
        <Menu.Item leftSection={dark ? <IconSun size={16} /> : <IconMoon size={16} />} onClick={toggle}>
          {name}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function WhoAmI() {
  const { user, organisation, role } = useAccount();
  return (
    <Menu.Label className={css.who}>
      <span className={css.strong}>{user.name}</span>
      <span>{user.email}</span>
      <span>
        {role} of {organisation.name}
      </span>
    </Menu.Label>
  );
}
