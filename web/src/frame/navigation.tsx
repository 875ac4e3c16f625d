import { IconBook2, IconHistory, IconPhotoSearch, IconPlugConnected, IconShield, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'react-router';
import { useAccount } from '../features/accounts/queries.ts';
import { securitySummaryQuery } from '../features/security/queries.ts';
import { paths } from '../paths.ts';
import { Logo } from '../ui/logo.tsx';
import { AccountMenu, ThemeSwitch } from './account-menu.tsx';
import css from './navigation.module.css';

type Place = {
  name: string;
  icon: Icon;
  to: string;
  selected: boolean;
  /** How many things wait for somebody. */ waiting?: number;
};

function usePlaces(): Place[] {
  const { pathname, hash } = useLocation();
  const { may } = useAccount();
  const { data: security } = useQuery({ ...securitySummaryQuery, enabled: may('security:read') });
  const history = hash === '#history';
  return [
    {
      name: 'Workbench',
      icon: IconPhotoSearch,
      to: paths.workbench,
      selected: pathname === paths.workbench && !history,
    },
    { name: 'History', icon: IconHistory, to: paths.history, selected: pathname === paths.workbench && history },
    { name: 'Connections', icon: IconPlugConnected, to: paths.connections, selected: pathname === paths.connections },
    {
      name: 'Security',
      icon: IconShield,
      to: paths.security,
      selected: pathname === paths.security,
      waiting: security === undefined ? 0 : security.quarantined.length + security.circuits.length,
    },
  ];
}

export function SideBar() {
  const { organisation } = useAccount();
  return (
    <aside className={css.side} aria-label="Side bar">
      <div className={css.organisation}>
        <Logo />
        <span className={css.organisationName} title={organisation.name}>
          {organisation.name}
        </span>
      </div>
      <nav aria-label="Main">
        <ul className={css.places}>
          {usePlaces().map((place) => (
            <li key={place.name}>
              <PlaceLink place={place} className={css.place} iconSize={17} />
            </li>
          ))}
        </ul>
        <p className={css.group}>Developers</p>
        <ul className={css.places}>
          <li>
            <a className={css.place} href={paths.docs} title="API docs">
              <IconBook2 size={17} stroke={1.6} aria-hidden />
              <span>API docs</span>
            </a>
          </li>
        </ul>
      </nav>
      <div className={css.foot}>
        <AccountMenu />
        <ThemeSwitch />
      </div>
    </aside>
  );
}

/** The phone's tabs: as many as there are places; the rest is in its menu. */
export function TabBar() {
  return (
    <nav className={css.tabs} aria-label="Tabs">
      {usePlaces().map((place) => (
        <PlaceLink key={place.name} place={place} className={css.tab} iconSize={20} />
      ))}
    </nav>
  );
}

function PlaceLink({ place, className, iconSize }: { place: Place; className: string | undefined; iconSize: number }) {
  return (
    <Link className={className} to={place.to} title={place.name} aria-current={place.selected ? 'page' : undefined}>
      <place.icon size={iconSize} stroke={1.6} aria-hidden />
      <span>{place.name}</span>
      {place.waiting ? (
        <em className={css.waiting}>
          {place.waiting}
          <span className="visually-hidden"> waiting for you</span>
        </em>
      ) : null}
    </Link>
  );
}
