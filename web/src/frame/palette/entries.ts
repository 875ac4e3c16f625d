import { routes } from '@proofpix/contract/routes';
import { useMantineColorScheme } from '@mantine/core';
import {
  IconBook2,
  IconFolder,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconPhoto,
  IconPhotoPlus,
  IconPuzzle,
  IconSunMoon,
  type Icon,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call } from '../../api.ts';
import { useAccount } from '../../features/accounts/queries.ts';
import { useSignOut } from '../../features/accounts/sign-out.ts';
import { pluginsQuery } from '../../features/plugins/queries.ts';
import { changeLanguage, languages, type Language } from '../../i18n.ts';
import { paths } from '../../paths.ts';
import { timeInList } from '../../ui/format.ts';
import { useCommands } from '../commands.ts';
import { usePlaceGroups } from '../places.ts';
import { best } from './match.ts';

export type Entry = { id: string; label: string; detail?: string; icon: Icon; act: () => void };
export type EntryGroup = { id: string; title: string; entries: Entry[] };

/** How many of each kind are shown. */
const most = 6;

/** All that fits what was typed, in groups; `asked` is the same some moments later, for the server. */
export function useEntries(typed: string, asked: string): { groups: EntryGroup[]; loading: boolean } {
  const { t } = useTranslation('frame');
  const pages = usePages();
  const actions = useActions();
  const plugins = usePlugins(typed);
  const photos = usePhotos(asked);
  const cases = useCases(asked);
  const groups = [
    { id: 'pages', title: t('palette.pages'), entries: best(pages, typed, ({ label }) => label).slice(0, most) },
    { id: 'photos', title: t('palette.photos'), entries: photos.entries },
    { id: 'cases', title: t('palette.cases'), entries: cases.entries },
    { id: 'plugins', title: t('palette.plugins'), entries: plugins },
    { id: 'actions', title: t('palette.actions'), entries: best(actions, typed, ({ label }) => label) },
  ];
  return { groups: groups.filter(({ entries }) => entries.length > 0), loading: photos.loading || cases.loading };
}

function usePages(): Entry[] {
  const { t } = useTranslation('frame');
  const navigate = useNavigate();
  const places = usePlaceGroups().flatMap((group) => group.places);
  return [
    ...places.map(({ page, name, icon, to }) => ({ id: page, label: name, icon, act: () => void navigate(to) })),
    { id: 'docs', label: t('docs'), icon: IconBook2, act: () => location.assign(paths.docs) },
  ];
}

function useActions(): Entry[] {
  const { t, i18n } = useTranslation('frame');
  const navigate = useNavigate();
  const { may } = useAccount();
  const { openShortcuts } = useCommands();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const signOut = useSignOut();
  const schemes = { auto: t('palette.themeSystem'), light: t('theme.useLight'), dark: t('theme.useDark') };
  return [
    ...(may('runs:create')
      ? [{ id: 'new-run', label: t('palette.newRun'), icon: IconPhotoPlus, act: () => void navigate(paths.workbench) }]
      : []),
    ...(['auto', 'light', 'dark'] as const)
      .filter((scheme) => scheme !== colorScheme)
      .map((scheme) => ({
        id: `theme-${scheme}`,
        label: schemes[scheme],
        icon: IconSunMoon,
        act: () => setColorScheme(scheme),
      })),
    ...(Object.keys(languages) as Language[]) // its keys
      .filter((language) => language !== i18n.language)
      .map((language) => ({
        id: `language-${language}`,
        label: t('palette.language', { language: languages[language] }),
        icon: IconLanguage,
        act: () => void changeLanguage(language),
      })),
    { id: 'shortcuts', label: t('shortcuts.title'), icon: IconKeyboard, act: openShortcuts },
    { id: 'sign-out', label: t('signOut'), icon: IconLogout, act: () => signOut.mutate() },
  ];
}

/** Only when something was typed: the place Installed lists them all. */
function usePlugins(typed: string): Entry[] {
  const navigate = useNavigate();
  const { may } = useAccount();
  const { data } = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  if (typed.trim() === '') return [];
  return best(data?.items ?? [], typed, ({ name, id }) => `${name} ${id}`)
    .slice(0, most)
    .map(({ id, name, version }) => ({
      id: `plugin-${id}`,
      label: name,
      detail: version,
      icon: IconPuzzle,
      act: () => void navigate(paths.plugin(id)),
    }));
}

function usePhotos(search: string): { entries: Entry[]; loading: boolean } {
  const navigate = useNavigate();
  const { may } = useAccount();
  const { data, isFetching } = useQuery({
    queryKey: ['runs', 'palette', search],
    queryFn: ({ signal }) =>
      call(routes.runs.list, { query: { limit: most, ...(search === '' ? {} : { search }) }, signal }),
    enabled: may('runs:read'),
    placeholderData: keepPreviousData,
  });
  const entries = (data?.items ?? []).map((run) => ({
    id: `run-${run.id}`,
    label: run.file.name,
    detail: timeInList(run.createdAt),
    icon: IconPhoto,
    act: () => void navigate(paths.run(run.id)),
  }));
  return { entries, loading: isFetching };
}

function useCases(search: string): { entries: Entry[]; loading: boolean } {
  const navigate = useNavigate();
  const { may } = useAccount();
  const { data, isFetching } = useQuery({
    queryKey: ['cases', 'palette', search],
    queryFn: ({ signal }) => call(routes.cases.list, { query: { limit: most, search }, signal }),
    enabled: search !== '' && may('runs:read'),
    placeholderData: keepPreviousData,
  });
  const entries = (search === '' ? [] : (data?.items ?? [])).map(({ id, title, reference }) => ({
    id: `case-${id}`,
    label: title,
    ...(reference === null ? {} : { detail: reference }),
    icon: IconFolder,
    act: () => void navigate(paths.case(id)),
  }));
  return { entries, loading: isFetching };
}
