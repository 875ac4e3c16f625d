import type { ScanProgress as Progress } from '@proofpix/contract/api/jobs';
import { routes } from '@proofpix/contract/routes';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api.ts';
import { percent } from '../../../ui/format.ts';
import { ProgressLine } from '../../../ui/progress-line.tsx';
import css from './install-dialog.module.css';

/** Most packages are read before anybody wonders: a line that flickers by says nothing. */
const slowMilliseconds = 1_000;
const askMilliseconds = 500;

/** How far the reading of a package is, once it takes long. */
export function ScanProgress({ watch }: { watch: string }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowMilliseconds);
    return () => clearTimeout(timer);
  }, []);
  // What fails here is asked again: the reading itself goes on, and says so when it does not.
  const { data } = useQuery({
    queryKey: ['inspection progress', watch],
    queryFn: ({ signal }) => call(routes.plugins.inspectionProgress, { query: { watch }, signal }),
    enabled: slow,
    refetchInterval: askMilliseconds,
    retry: false,
    gcTime: 0,
  });
  const progress = data?.progress ?? null;
  return slow && progress !== null ? <ScanBar progress={progress} /> : null;
}

/** How far a scan is, in words and as a line. */
export function ScanBar({ progress }: { progress: Progress }) {
  const { t } = useTranslation('plugins');
  const share = shareOf(progress);
  return (
    <div className={css.progress}>
      <ProgressLine share={share} label={t('install.progress.label')} />
      <p>
        {t(`install.progress.${progress.phase}`)}
        {' · '}
        {percent(share)}
      </p>
    </div>
  );
}

/** Looking at the code takes nearly all of it. */
function shareOf({ phase, done, of }: Progress): number {
  if (phase === 'read') return 0;
  if (phase === 'write') return 1;
  return of === 0 ? 0 : Math.min(1, done / of);
}
