import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { Navigate, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { isSignedOut, problemCode, problemText } from '../api.ts';
import { accountQuery } from '../features/accounts/queries.ts';
import { useLiveRuns } from '../features/runs/live-runs.ts';
import { UploadsContext, useNewUploadQueue } from '../features/runs/uploads.ts';
import { paths } from '../paths.ts';
import { ErrorNotice } from '../ui/notice.tsx';
import { Button } from '@mantine/core';
import { SideBar, TabBar } from './navigation.tsx';
import css from './frame.module.css';

/** Side bar and page for whoever is signed in; everybody else goes to the sign-in page and comes back. */
export function Frame() {
  const account = useQuery(accountQuery);
  const { pathname, search, hash } = useLocation();
  if (account.error && isSignedOut(account.error)) {
    return <Navigate to={paths.signIn(pathname + search + hash)} replace />;
  }
  if (account.error && account.data === undefined) {
    return (
      <main className={css.alone}>
        <ErrorNotice
          title="ProofPix could not be reached"
          code={problemCode(account.error)}
          action={<Button onClick={() => void account.refetch()}>Try again</Button>}
        >
          {problemText(account.error)}
        </ErrorNotice>
      </main>
    );
  }
  if (account.data === undefined) return null;
  return <SignedIn key={account.data.organisation.id} />;
}

function SignedIn() {
  useLiveRuns();
  const [uploads] = useState(useNewUploadQueue());
  useEffect(() => () => uploads.cancelAll(), [uploads]);
  return (
    <UploadsContext value={uploads}>
      <div className={css.app}>
        <a className={css.skip} href="#main">
          Skip to the page
        </a>
        <SideBar />
        <div className={css.page}>
          <Suspense>
            <Outlet />
          </Suspense>
        </div>
        <TabBar />
        <ScrollRestoration />
      </div>
    </UploadsContext>
  );
}
