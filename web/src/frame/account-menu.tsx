import {
  ActionIcon,
  SegmentedControl,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import {
  IconBook2,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconSearch,
  IconSun,
  IconUser,
  type Icon,
} from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { isSignedOut } from '../api.ts';
import { useAccount } from '../features/accounts/queries.ts';
import { useSignOut } from '../features/accounts/sign-out.ts';
import { changeLanguage, languages, type Language } from '../i18n.ts';
import { paths } from '../paths.ts';
import { useCommands } from './commands.ts';
import css from './account-menu.module.css';
import { OrganisationSwitch } from './organisation-switch.tsx';
import { PlaceCount } from './place-count.tsx';
import { usePhonePlaces } from './places.ts';

/** At the foot of the side bar: the other theme by one click. */
export function ThemeSwitch() {
  const { t } = useTranslation('frame');
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  const name = dark ? t('theme.useLight') : t('theme.useDark');
  const ThemeIcon = dark ? IconSun : IconMoon;
  return (
    <ActionIcon aria-label={name} title={name} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
      <ThemeIcon size={17} stroke={1.6} />
    </ActionIcon>
  );
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
      <Panel id="account" place={css.atFoot} />
    </>
  );
}

/** The phone's menu in the top bar: the places without a tab, and what the side bar has at its foot. */
export function PhoneMenu() {
  const { t } = useTranslation('frame');
  const { openPalette } = useCommands();
  const { rest } = usePhonePlaces();
  const close = () => document.getElementById('phone-menu')?.hidePopover();
  return (
    <>
      <ActionIcon className={css.phoneMenu} aria-label={t('menu')} popoverTarget="phone-menu">
        <IconMenu2 size={20} stroke={1.6} />
      </ActionIcon>
      <Panel id="phone-menu" place={css.belowBar}>
        <Item
          icon={IconSearch}
          onClick={() => {
            close();
            openPalette();
          }}
        >
          {t('jump')}
        </Item>
        {rest.map((place) => (
          <Link key={place.page} className={css.item} to={place.to} onClick={close}>
            <place.icon size={16} stroke={1.6} aria-hidden />
            {place.name}
            <PlaceCount place={place} />
          </Link>
        ))}
        <a className={css.item} href={paths.docs}>
          <IconBook2 size={16} stroke={1.6} aria-hidden />
          {t('docs')}
        </a>
      </Panel>
    </>
  );
}

/** The browser's own popover: above everything, closed by Esc or a click beside it, focus back where it was. */
function Panel({ id, place, children }: { id: string; place: string | undefined; children?: ReactNode }) {
  const { t } = useTranslation('frame');
  const { user, organisation, role } = useAccount();
  return (
    <div id={id} popover="auto" className={`${css.panel} ${place}`}>
      <p className={css.who}>
        <span className={css.strong}>{user.name}</span>
        <span>{user.email}</span>
        <span>{t('roleOf', { role: t(`roles.${role}`), organisation: organisation.name })}</span>
      </p>
      <Link className={css.item} to={paths.account} onClick={() => document.getElementById(id)?.hidePopover()}>
        <IconUser size={16} stroke={1.6} aria-hidden />
        {t('account')}
      </Link>
      <OrganisationSwitch onDone={() => document.getElementById(id)?.hidePopover()} />
      {children}
      <Choices />
      <SignOut />
    </div>
  );
}

function Choices() {
  const { t, i18n } = useTranslation('frame');
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <div className={css.choices}>
      <Choice
        label={t('theme.name')}
        value={colorScheme}
        options={[
          { value: 'auto', label: t('theme.system') },
          { value: 'light', label: t('theme.light') },
          { value: 'dark', label: t('theme.dark') },
        ]}
        onChange={setColorScheme}
      />
      <Choice
        label={t('language')}
        value={i18n.language as Language} // only these are ever set
        options={Object.entries(languages).map(([value, label]) => ({ value: value as Language, label }))} // its keys
        onChange={(language) => void changeLanguage(language)}
      />
    </div>
  );
}

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  options: { value: Value; label: string }[];
  onChange: (value: Value) => void;
};

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <div>
      <span id={id} className={css.choiceLabel}>
        {label}
      </span>
      <SegmentedControl size="sm" fullWidth aria-labelledby={id} data={options} value={value} onChange={onChange} />
    </div>
  );
}

function SignOut() {
  const { t } = useTranslation('frame');
  const signOut = useSignOut();
  return (
    <>
      <Item icon={IconLogout} onClick={() => signOut.mutate()}>
        {t('signOut')}
      </Item>
      {signOut.error === null || isSignedOut(signOut.error) ? null : (
        <p className={css.failed} role="alert">
          {t('stillSignedIn')}
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
