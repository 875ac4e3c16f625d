import type { SourceList } from '@proofpix/contract/api/submissions';
import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { TryAgain } from '../../../ui/try-again.tsx';
import { FileList } from './file-list.tsx';
import { FindingList } from './finding-list.tsx';
import { filesQuery, type SourceProps } from './queries.ts';
import { numberedFindings } from './source-rows.ts';
import { SourceView } from './source-view.tsx';
import css from './source-browser.module.css';
import { usePlace } from './use-place.ts';

/** What was found, beside the source that it is about; `aside` stands at the right. */
export function SourceBrowser({ aside, ...props }: SourceProps & { aside?: { label: string; content: ReactNode } }) {
  const { t } = useTranslation('publishing');
  const { side, submission } = props;
  const place = usePlace();
  const files = useQuery(filesQuery(side, submission));
  const findings = useMemo(() => numberedFindings(submission.scan?.findings ?? []), [submission.scan]);
  const known = files.data?.files ?? [];
  const path = known.some((each) => each.path === place.file) ? place.file : (findings[0]?.file ?? mainOf(known));
  return (
    <div className={css.browser} data-aside={aside === undefined ? undefined : true}>
      {/* Both may be longer than the screen: the keys scroll them too. */}
      <div className={css.findings} role="region" aria-label={t('source.places')} tabIndex={0}>
        <FindingList findings={findings} more={submission.scan?.more ?? 0} file={path} />
        {files.isPending ? <LoadingRows rows={3} label={t('source.loading')} /> : null}
        {files.data === undefined ? null : (
          <FileList files={known} since={submission.difference?.since ?? null} open={path} />
        )}
      </div>
      <div className={css.source}>
        {files.isError ? (
          <ErrorNotice
            title={t('source.failed')}
            code={problemCode(files.error)}
            action={<TryAgain onTry={files.refetch} />}
          >
            {problemText(files.error)}
          </ErrorNotice>
        ) : path === null ? (
          files.isPending ? null : (
            <Empty>{t('source.none')}</Empty>
          )
        ) : (
          <SourceView key={path} {...props} path={path} findings={findings} />
        )}
      </div>
      {aside === undefined ? null : (
        <div className={css.aside} role="region" aria-label={aside.label} tabIndex={0}>
          {aside.content}
        </div>
      )}
    </div>
  );
}

/** Changed code first: it is what a reviewer came for. */
function mainOf(files: SourceList['files']): string | null {
  const code = files.filter(({ path }) => /\.[cm]?js$/.test(path));
  const changed = code.filter(({ change }) => change === 'changed');
  const main = (some: SourceList['files']) => some.find(({ path }) => path === 'index.js') ?? some[0];
  return (main(changed) ?? main(code) ?? files[0])?.path ?? null;
}
