import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { isSignedOut, problemCode, problemText } from '../api.ts';
import { accountQuery } from '../features/accounts/queries.ts';
import { useSessionElsewhere } from '../features/accounts/session-elsewhere.ts';
import { useLiveRuns } from '../features/runs/live-runs.ts';
import { UploadsContext, useNewUploadQueue } from '../features/runs/uploads.ts';
import { withLaterTexts } from '../i18n.ts';
import { paths } from '../paths.ts';
import { ErrorNotice } from '../ui/notice.tsx';
import { TryAgain } from '../ui/try-again.tsx';
import { CommandsContext, type Commands } from './commands.ts';
import { ConnectionNote } from './connection-note.tsx';
import css from './frame.module.css';
import { SideBar, TabBar } from './navigation.tsx';
import { useShortcuts } from './shortcuts.ts';

const Palette = lazy(async () => ({ default: (await import('./palette/palette.tsx')).Palette }));
const NeededPage = lazy(async () => ({
  default: (await withLaterTexts(import('../features/account/needed-page.tsx'))).NeededPage,
}));
const ShortcutsDialog = lazy(async () => ({ default: (await import('./shortcuts-dialog.tsx')).ShortcutsDialog }));

/** Side bar and page for whoever is signed in; everybody else goes to the sign-in page and comes back. */
export function Frame() {
  const { t } = useTranslation('frame');
  const account = useQuery(accountQuery);
  const { pathname, search, hash } = useLocation();
  const queryClient = useQueryClient();
  // Back to nothing known, so that nothing of one person is shown to the next.
  useSessionElsewhere(() => void queryClient.resetQueries());
  if (account.error && isSignedOut(account.error)) {
    return <Navigate to={paths.signIn(pathname + search + hash)} replace />;
  }
  if (account.error && account.data === undefined) {
    return (
      <main className={css.alone}>
        <ErrorNotice
          title={t('unreachable')}
          code={problemCode(account.error)}
          action={<TryAgain onTry={account.refetch} />}
        >
          {problemText(account.error)}
        </ErrorNotice>
      </main>
    );
  }
  if (account.data === undefined) return null;
  if (account.data.secondFactor.needed) {
    return (
      <Suspense>
        <NeededPage />
      </Suspense>
    );
  }
  return <SignedIn key={`${account.data.organisation.id} ${account.data.user.id}`} />;
}

function SignedIn() {
  const { t, i18n } = useTranslation('frame');
  useLiveRuns();
  const [opened, setOpened] = useState<'palette' | 'shortcuts' | null>(null);
  const commands = useMemo<Commands>(
    () => ({ openPalette: () => setOpened('palette'), openShortcuts: () => setOpened('shortcuts') }),
    [],
  );
  useShortcuts(commands);
  const [uploads] = useState(useNewUploadQueue());
  useEffect(() => () => uploads.cancelAll(), [uploads]);
  return (
    <UploadsContext value={uploads}>
      <CommandsContext value={commands}>
        <div className={css.app}>
          <a className={css.skip} href="#main">
            {t('skip')}
          </a>
          <SideBar />
          {/* Drawn anew in another language: numbers and dates are turned into words while a page is drawn. */}
          <div key={i18n.language} className={css.page}>
            <ConnectionNote />
            <Suspense>
              <Outlet />
            </Suspense>
          </div>
          <TabBar />
          <ScrollRestoration />
          <Suspense>
            {opened === 'palette' ? <Palette onClose={() => setOpened(null)} /> : null}
            {opened === 'shortcuts' ? <ShortcutsDialog onClose={() => setOpened(null)} /> : null}
          </Suspense>
        </div>
      </CommandsContext>
    </UploadsContext>
  );
}
