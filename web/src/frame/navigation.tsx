import { IconBook2, IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAccount } from '../features/accounts/queries.ts';
import { paths } from '../paths.ts';
import { Logo } from '../ui/logo.tsx';
import { AccountMenu, ThemeSwitch } from './account-menu.tsx';
import { commandKey, useCommands } from './commands.ts';
import css from './navigation.module.css';
import { PlaceCount } from './place-count.tsx';
import { usePhonePlaces, usePlaceGroups, type Place } from './places.ts';

export function SideBar() {
  const { t } = useTranslation('frame');
  const { organisation } = useAccount();
  return (
    <aside className={css.side} aria-label={t('sideBar')}>
      <div className={css.organisation}>
        <Logo />
        <span className={css.organisationName} title={organisation.name}>
          {organisation.name}
        </span>
      </div>
      <JumpField />
      <nav aria-label={t('mainNavigation')}>
        {usePlaceGroups().map(({ title, places }) => (
          <Group key={title ?? ''} title={title}>
            {places.map((place) => (
              <li key={place.page}>
                <PlaceLink place={place} className={css.place} iconSize={17} />
              </li>
            ))}
          </Group>
        ))}
        <Group title={t('groups.developers')}>
          <li>
            <a className={css.place} href={paths.docs} title={t('docs')}>
              <IconBook2 size={17} stroke={1.6} aria-hidden />
              <span>{t('docs')}</span>
            </a>
          </li>
        </Group>
      </nav>
      <div className={css.foot}>
        <AccountMenu />
        <ThemeSwitch />
      </div>
    </aside>
  );
}

/** Looks like a field and opens one: the palette. */
function JumpField() {
  const { t } = useTranslation('frame');
  const { openPalette } = useCommands();
  return (
    <button type="button" className={css.jump} aria-haspopup="dialog" title={t('jump')} onClick={openPalette}>
      <IconSearch size={15} stroke={1.6} aria-hidden />
      <span className={css.jumpText}>{t('jump')}</span>
      <span className={css.jumpKeys} aria-hidden>
        {`${commandKey} K`}
      </span>
    </button>
  );
}

function Group({ title, children }: { title: string | undefined; children: React.ReactNode }) {
  return (
    <>
      {title === undefined ? null : <p className={css.group}>{title}</p>}
      <ul className={css.places}>{children}</ul>
    </>
  );
}

/** The phone's tabs; what does not fit is in its menu. */
export function TabBar() {
  const { t } = useTranslation('frame');
  return (
    <nav className={css.tabs} aria-label={t('tabs')}>
      {usePhonePlaces().tabs.map((place) => (
        <PlaceLink key={place.page} place={place} className={css.tab} iconSize={20} />
      ))}
    </nav>
  );
}

function PlaceLink({ place, className, iconSize }: { place: Place; className: string | undefined; iconSize: number }) {
  return (
    <Link className={className} to={place.to} title={place.name} aria-current={place.selected ? 'page' : undefined}>
      <place.icon size={iconSize} stroke={1.6} aria-hidden />
      <span>{place.name}</span>
      <PlaceCount place={place} />
    </Link>
  );
}
