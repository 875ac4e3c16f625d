import type { CaseDetail } from '@proofpix/contract/cases';
import { routes } from '@proofpix/contract/routes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { loadedPluginsQuery } from '../plugins/queries.ts';
import { DropZone } from './drop-zone.tsx';
import { keepActive } from './live-runs.ts';
import { looksAtPhotos } from './looking.ts';
import { isClutter, refusal } from './photo-types.ts';
import { runKeys } from './queries.ts';
import { reachOfARun } from './reach.ts';
import { RecentRuns } from './recent-runs.tsx';
import { RefusedFiles, type Refused } from './refused-files.tsx';
import { newCase, RunOptions, type RunChoice } from './run-options.tsx';
import { Running } from './running.tsx';
import { useUploadQueue } from './uploads.ts';
import { usePastedFiles } from './use-pasted-files.ts';
import css from './workbench-page.module.css';

export function WorkbenchPage() {
  const { t } = useTranslation('runs');
  usePageTitle(t('workbench.title'));
  useScrollToHash();
  const { may } = useAccount();
  const queryClient = useQueryClient();
  const [refused, setRefused] = useState<Refused[]>([]);
  const [choice, setChoice] = useRunChoice();
  const [choosing, setChoosing] = useState(choice.caseId !== '');
  const plugins = useQuery({ ...loadedPluginsQuery, enabled: may('plugins:read') });
  const start = useStart(choice, (made) => setChoice({ ...choice, caseId: made.id, newTitle: '' }));
  const sample = useMutation({
    mutationFn: () => call(routes.runs.sample),
    onSuccess: ({ runs }) => {
      keepActive(queryClient, runs);
      void queryClient.invalidateQueries({ queryKey: runKeys.active });
      void queryClient.invalidateQueries({ queryKey: runKeys.histories });
    },
  });

  function take(files: readonly File[]) {
    const judged = files.filter((file) => !isClutter(file.name)).map((file) => ({ file, reason: refusal(t, file) }));
    setRefused(judged.flatMap(({ file, reason }) => (reason === null ? [] : [{ name: file.name, reason }])));
    const accepted = judged.filter(({ reason }) => reason === null).map(({ file }) => file);
    if (choice.caseId === newCase && choice.newTitle.trim() === '') setChoosing(true);
    else if (accepted.length > 0) start.mutate({ files: accepted, plugins: plugins.data?.items ?? [] });
  }
  usePastedFiles(may('runs:create') ? take : null);

  const looking = (plugins.data?.items ?? []).filter((plugin) => !choice.leftOut.has(plugin.id));
  return (
    <>
      <TopBar title={t('workbench.title')} />
      <main id="main" className={css.page}>
        <DropZone
          disabledReason={
            !may('runs:create')
              ? t('drop.notAllowed')
              : choice.caseId === newCase && choice.newTitle.trim() === ''
                ? t('drop.titleFirst')
                : choice.leftOut.size > 0 && !looking.some(looksAtPhotos)
                  ? t('options.nobody')
                  : null
          }
          reach={plugins.data === undefined ? null : reachOfARun(t, looking, plugins.data.nextCursor !== null)}
          sampleBusy={sample.isPending}
          sampleError={sample.error}
          choosing={choosing}
          onFiles={take}
          onSample={() => sample.mutate()}
          onChoose={() => setChoosing(!choosing)}
        >
          <RunOptions plugins={plugins.data?.items ?? []} choice={choice} onChange={setChoice} />
        </DropZone>
        {start.error === null ? null : (
          <ErrorNotice title={t('drop.caseFailed')} code={problemCode(start.error)}>
            {problemText(start.error)}
          </ErrorNotice>
        )}
        <RefusedFiles files={refused} onClose={() => setRefused([])} />
        <Running />
        <RecentRuns />
      </main>
    </>
  );
}

/** A page of a case leads here with its id, so that the photos go straight into it. */
function useRunChoice() {
  const [parameters] = useSearchParams();
  return useState<RunChoice>({
    leftOut: new Set(),
    caseId: parameters.get('case') ?? '',
    newTitle: '',
    deletePhoto: false,
  });
}

type Starting = { files: readonly File[]; plugins: readonly Parameters<typeof looksAtPhotos>[0][] };

/** Opens the case first if it is a new one: photos that are sent belong to it from the start. */
function useStart({ leftOut, caseId, newTitle, deletePhoto }: RunChoice, onOpened: (made: CaseDetail) => void) {
  const uploads = useUploadQueue();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ files, plugins }: Starting) => {
      const made = caseId === newCase ? await call(routes.cases.create, { body: { title: newTitle.trim() } }) : null;
      if (made !== null) {
        onOpened(made);
        void queryClient.invalidateQueries({ queryKey: ['cases'] });
      }
      const chosen = plugins.filter((plugin) => looksAtPhotos(plugin) && !leftOut.has(plugin.id));
      uploads.add(files, {
        plugins: leftOut.size === 0 ? null : chosen.map(({ id }) => id),
        caseId: made?.id ?? (caseId === '' ? null : caseId),
        deletePhoto,
      });
    },
  });
}

/** The browser scrolls to a hash only when it loads the page itself. */
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
