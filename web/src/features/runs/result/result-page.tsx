import type { Run } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { NotFoundPage } from '../../../frame/not-found-page.tsx';
import { TopBar } from '../../../frame/top-bar.tsx';
import { paths } from '../../../paths.ts';
import { ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import { useAccount } from '../../accounts/queries.ts';
import { AddToCaseDialog } from '../../cases/add-to-case-dialog.tsx';
import { Notes } from '../../cases/notes.tsx';
import { usePluginName } from '../../plugins/queries.ts';
import { DeleteRunsDialog } from '../delete-runs-dialog.tsx';
import { useExportReason } from '../export/export-run.tsx';
import { useLiveInterval } from '../live-runs.ts';
import { isActive, runQuery } from '../queries.ts';
import { answersOf } from './answers.ts';
import { AnswerStrip } from './answer-strip.tsx';
import { Custody } from './custody.tsx';
import { DerivedFiles } from './derived-files.tsx';
import { Disagreements } from './disagreements.tsx';
import { EvidenceBundle } from './evidence-bundle.tsx';
import { Failures } from './failures.tsx';
import { FilmStrip } from './film-strip.tsx';
import { Findings, strongestFirst } from './findings.tsx';
import { KeysHelp } from './keys-help.tsx';
import { Metadata } from './metadata.tsx';
import { PhotoGone } from './photo-gone.tsx';
import { PhotoStage } from './photo-stage.tsx';
import { Position } from './position.tsx';
import { PhoneActions, ResultActions } from './result-actions.tsx';
import { ResultHeader } from './result-header.tsx';
import css from './result-page.module.css';
import { Timeline } from './timeline.tsx';
import { useNoteDraft } from './use-note-draft.ts';
import { useResultView } from './use-result-view.ts';

export function ResultPage() {
  const { t } = useTranslation('runs');
  const { id = '' } = useParams();
  const [underWay, setUnderWay] = useState(false);
  const run = useQuery({ ...runQuery(id), refetchInterval: useLiveInterval(underWay) });
  usePageTitle(run.data?.file.name ?? t('result.title'));
  const active = run.data !== undefined && isActive(run.data);
  if (active !== underWay) setUnderWay(active);

  const code = problemCode(run.error);
  // An id that is no id is refused before it is looked up; for whoever follows a link it is the same.
  if (run.data === undefined && (code === 'run_not_found' || code === 'not_found' || code === 'invalid_request'))
    return <NotFoundPage />;
  // Another photo of the strip is another page: nothing of this one stays selected or typed.
  if (run.data !== undefined) return <Result key={run.data.id} run={run.data} />;
  return (
    <>
      <TopBar parents={<Link to={paths.workbench}>{t('workbench.title')}</Link>} />
      <main id="main" className={css.waiting}>
        {run.isError ? (
          <ErrorNotice
            title={t('result.failed')}
            code={code}
            action={<Button onClick={() => void run.refetch()}>{t('tryAgain')}</Button>}
          >
            {problemText(run.error)} {t('result.safe')}
          </ErrorNotice>
        ) : (
          <LoadingRows rows={6} label={t('result.loading')} />
        )}
      </main>
    </>
  );
}

function Result({ run }: { run: Run }) {
  const { t } = useTranslation('runs');
  const { may } = useAccount();
  const navigate = useNavigate();
  const pluginName = usePluginName();
  const [open, setOpen] = useState<'delete' | 'case' | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const findings = strongestFirst(run.findings);
  const view = useResultView(findings.length);
  const note = useNoteDraft();
  const exportReason = useExportReason(run);
  const sorted: Run = { ...run, findings };
  const mayWrite = may('runs:create');
  const actions = {
    run,
    exportReason,
    onNote: mayWrite ? () => note.begin('') : null,
    onCase: mayWrite && run.case === null ? () => setOpen('case') : null,
    onDelete: mayWrite ? () => setOpen('delete') : null,
  };
  const marked = { selected: view.selected, hovered, onSelect: view.select, onHover: setHovered };

  return (
    <>
      <TopBar parents={<Parents run={run} />} actions={<ResultActions {...actions} />} />
      <main id="main">
        <ResultHeader
          run={run}
          pluginName={pluginName}
          exportReason={exportReason}
          actions={<PhoneActions {...actions} />}
        />
        <AnswerStrip answers={answersOf(t, sorted, pluginName)} />
        <Failures run={run} pluginName={pluginName} />
        <div className={css.columns}>
          <div className={css.photo} data-keys>
            {run.photoDeletedAt === undefined ? (
              <PhotoStage
                run={sorted}
                pluginName={pluginName}
                markers={view.markers}
                onMarkers={view.showMarkers}
                {...marked}
              />
            ) : (
              <PhotoGone at={run.photoDeletedAt} />
            )}
            <FilmStrip run={run} />
            {run.photoDeletedAt === undefined ? <KeysHelp /> : null}
          </div>
          <div className={css.findings}>
            <Findings
              run={sorted}
              pluginName={pluginName}
              {...marked}
              onNote={mayWrite ? (number, title) => note.begin(t('notes.about', { number, title })) : null}
            />
          </div>
        </div>
        <div className={css.sections}>
          <Disagreements run={run} pluginName={pluginName} />
          <div className={css.split}>
            <Metadata run={run} pluginName={pluginName} search={view.tags} onSearch={view.searchTags} />
            <div>
              <Position run={run} pluginName={pluginName} />
              <Timeline run={run} pluginName={pluginName} />
            </div>
          </div>
          <DerivedFiles run={run} pluginName={pluginName} />
          <Custody run={run} pluginName={pluginName} actions={<EvidenceBundle run={run} />} />
          <Notes subject={{ kind: 'run', id: run.id }} draft={note.draft} onDraft={note.change} field={note.field} />
        </div>
      </main>
      {open === 'delete' ? (
        <DeleteRunsDialog
          runs={[run]}
          files={run.files.length}
          onClose={() => setOpen(null)}
          onDeleted={() =>
            void navigate(run.case === null ? paths.workbench : paths.case(run.case.id), { replace: true })
          }
        />
      ) : null}
      {open === 'case' ? <AddToCaseDialog runIds={[run.id]} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function Parents({ run }: { run: Run }) {
  const { t } = useTranslation('runs');
  if (run.case === null) return <Link to={paths.workbench}>{t('workbench.title')}</Link>;
  return (
    <>
      <Link to={paths.cases}>{t('result.cases')}</Link>
      <span aria-hidden> / </span>
      <Link to={paths.case(run.case.id)}>{run.case.title}</Link>
    </>
  );
}
