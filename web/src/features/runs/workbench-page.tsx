import { routes } from '@proofpix/contract/routes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { call } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { loadedPluginsQuery } from '../plugins/queries.ts';
import { reachOfARun } from '../plugins/reach.ts';
import { DropZone } from './drop-zone.tsx';
import { History } from './history.tsx';
import { keepActive } from './live-runs.ts';
import { isClutter, refusal } from './photo-types.ts';
import { runKeys } from './queries.ts';
import { RefusedFiles, type Refused } from './refused-files.tsx';
import { Running } from './running.tsx';
import { useUploadQueue } from './uploads.ts';
import css from './workbench-page.module.css';

export function WorkbenchPage() {
  usePageTitle('Workbench');
  useScrollToHash();
  const { may } = useAccount();
  const uploads = useUploadQueue();
  const queryClient = useQueryClient();
  const [refused, setRefused] = useState<Refused[]>([]);
  const plugins = useQuery({ ...loadedPluginsQuery, enabled: may('plugins:read') });
  const sample = useMutation({
    mutationFn: () => call(routes.runs.sample),
    onSuccess: ({ runs }) => {
      keepActive(queryClient, runs);
      void queryClient.invalidateQueries({ queryKey: runKeys.active });
      void queryClient.invalidateQueries({ queryKey: runKeys.histories });
    },
  });

  function take(files: readonly File[]) {
    const judged = files.filter((file) => !isClutter(file.name)).map((file) => ({ file, reason: refusal(file) }));
    setRefused(judged.flatMap(({ file, reason }) => (reason === null ? [] : [{ name: file.name, reason }])));
    uploads.add(judged.filter(({ reason }) => reason === null).map(({ file }) => file));
  }

  return (
    <>
      <TopBar title="Workbench" />
      <main id="main" className={css.page}>
        <DropZone
          disabledReason={
            may('runs:create')
              ? null
              : 'Your role can look at results but not start runs. An admin of your organisation can change that.'
          }
          reach={plugins.data === undefined ? null : reachOfARun(plugins.data.items, plugins.data.nextCursor !== null)}
          sampleBusy={sample.isPending}
          sampleError={sample.error}
          onFiles={take}
          onSample={() => sample.mutate()}
        />
        <RefusedFiles files={refused} onClose={() => setRefused([])} />
        <Running />
        <History />
      </main>
    </>
  );
}

/** The browser scrolls to `#history` only when it loads the page itself. */
function useScrollToHash() {
  const { hash, key } = useLocation();
  useEffect(() => {
    if (hash === '') return;
    const section = document.getElementById(hash.slice(1));
    section?.scrollIntoView();
    section?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
    // `key` changes with each click on the same link, which is to scroll there again.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [hash, key]);
}
