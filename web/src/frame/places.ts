import { routes } from '@proofpix/contract/routes';
import {
  IconBuildingStore,
  IconCode,
  IconCoins,
  IconCreditCard,
  IconFolders,
  IconGavel,
  IconHistory,
  IconListCheck,
  IconLock,
  IconBell,
  IconKey,
  IconLifebuoy,
  IconPhotoSearch,
  IconPlugConnected,
  IconPuzzle,
  IconShield,
  IconEyeCheck,
  IconFlag,
  IconUsers,
  type Icon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { call } from '../api.ts';
import { useAccount } from '../features/accounts/queries.ts';
import { unreadQuery } from '../features/announcements/unread-query.ts';
import { pluginsQuery } from '../features/plugins/queries.ts';
import { reviewTimesQuery } from '../features/reviews/times-query.ts';
import { securitySummaryQuery } from '../features/security/queries.ts';
import { paths, type PageName } from '../paths.ts';

type PlaceName = Extract<
  PageName,
  | 'workbench'
  | 'cases'
  | 'history'
  | 'plugins'
  | 'marketplace'
  | 'announcements'
  | 'supportRequests'
  | 'policies'
  | 'connections'
  | 'security'
  | 'publishing'
  | 'reviews'
  | 'money'
  | 'moderation'
  | 'members'
  | 'tokens'
  | 'audit'
  | 'privacy'
  | 'subscription'
>;

export type Place = {
  page: PlaceName;
  name: string;
  icon: Icon;
  to: string;
  selected: boolean;
  /** How many there are, where that is worth knowing. */
  total?: number | undefined;
  /** How many things wait for somebody. It stands instead of the total. */
  waiting?: number | undefined;
};

export type PlaceGroup = { title?: string; places: Place[] };

const icons: Record<PlaceName, Icon> = {
  workbench: IconPhotoSearch,
  cases: IconFolders,
  history: IconHistory,
  plugins: IconPuzzle,
  marketplace: IconBuildingStore,
  announcements: IconBell,
  supportRequests: IconLifebuoy,
  policies: IconGavel,
  connections: IconPlugConnected,
  security: IconShield,
  publishing: IconCode,
  reviews: IconEyeCheck,
  money: IconCoins,
  moderation: IconFlag,
  members: IconUsers,
  tokens: IconKey,
  audit: IconListCheck,
  privacy: IconLock,
  subscription: IconCreditCard,
};

/** The places of the side bar in their groups. */
export function usePlaceGroups(): PlaceGroup[] {
  const { t } = useTranslation('frame');
  const { pathname } = useLocation();
  const { may } = useAccount();
  const counts = useCounts();
  const group = (pages: readonly PlaceName[], title?: string): PlaceGroup => ({
    ...(title === undefined ? {} : { title }),
    places: pages.map((page) => ({
      page,
      name: t(`places.${page}`),
      icon: icons[page],
      to: paths[page],
      selected: isAt(pathname, paths[page]),
      ...counts[page],
    })),
  });
  return [
    group(['workbench', 'cases', 'history']),
    group(
      [
        'plugins',
        'marketplace',
        'announcements',
        ...(may('plugins:read') ? (['supportRequests'] as const) : []),
        'policies',
        'connections',
        'security',
      ],
      t('groups.plugins'),
    ),
    // To those who neither publish, review nor run the server they are no places.
    group(
      [
        ...(may('publishing:manage') ? (['publishing'] as const) : []),
        ...(may('submissions:review') ? (['reviews', 'moderation'] as const) : []),
        ...(may('server:operate') ? (['money'] as const) : []),
      ],
      t('groups.publishing'),
    ),
    group(
      // Those whose role cannot see the trail are many: to them it is no place.
      [
        'members',
        'tokens',
        ...(may('audit:read') ? (['audit'] as const) : []),
        ...(may('privacy:read') ? (['privacy'] as const) : []),
        'subscription',
      ],
      t('groups.organisation'),
    ),
  ].filter(({ places }) => places.length > 0);
}

/** A place is selected on its inner pages too; a result belongs to the workbench. */
function isAt(pathname: string, to: string): boolean {
  if (to === paths.workbench) return pathname === to || pathname.startsWith('/runs/');
  return pathname === to || pathname.startsWith(`${to}/`);
}

function useCounts(): Partial<Record<PlaceName, Pick<Place, 'total' | 'waiting'>>> {
  const { may } = useAccount();
  const { data: security } = useQuery({ ...securitySummaryQuery, enabled: may('security:read') });
  const { data: plugins } = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  const { data: cases } = useQuery({
    // Under the key of all that is about cases, so that it is asked again with them.
    queryKey: ['cases', 'number of open ones'],
    queryFn: ({ signal }) => call(routes.cases.list, { query: { state: 'open', limit: 1 }, signal }),
    enabled: may('runs:read'),
  });
  const { data: unread } = useQuery(unreadQuery);
  const { data: reviews } = useQuery({ ...reviewTimesQuery, enabled: may('submissions:review') });
  return {
    reviews: { waiting: reviews?.waiting },
    announcements: { waiting: unread?.total },
    cases: { total: cases?.total },
    plugins: {
      total: plugins?.total,
      waiting: plugins?.items.filter(({ permissions }) => permissions.some(({ decision }) => decision === 'pending'))
        .length,
    },
    security: { waiting: security === undefined ? 0 : security.quarantined.length + security.circuits.length },
  };
}

const mostTabs = 4;
const phoneOrder: readonly PlaceName[] = [
  'workbench',
  'cases',
  'history',
  'plugins',
  'marketplace',
  'announcements',
  'supportRequests',
  'publishing',
  'reviews',
  'money',
  'moderation',
  'policies',
  'connections',
  'security',
  'members',
  'tokens',
  'audit',
  'privacy',
  'subscription',
];

/** The four tabs of a phone, and what its menu has beside them. */
export function usePhonePlaces(): { tabs: Place[]; rest: Place[] } {
  const places = usePlaceGroups().flatMap((group) => group.places);
  places.sort((a, b) => phoneOrder.indexOf(a.page) - phoneOrder.indexOf(b.page));
  return { tabs: places.slice(0, mostTabs), rest: places.slice(mostTabs) };
}
