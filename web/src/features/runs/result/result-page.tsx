import type { Run } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { NotFoundPage } from '../../../frame/not-found-page.tsx';
import { TopBar } from '../../../frame/top-bar.tsx';
import { paths } from '../../../paths.ts';
import { ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import { useAccount } from '../../accounts/queries.ts';
import { usePluginName } from '../../plugins/queries.ts';
import { DeleteRunDialog } from '../delete-run-dialog.tsx';
import { useLiveInterval } from '../live-runs.ts';
import { isActive, runQuery } from '../queries.ts';
import { answersOf } from './answers.ts';
import { AnswerStrip } from './answer-strip.tsx';
import { Custody } from './custody.tsx';
import { DerivedFiles } from './derived-files.tsx';
import { Disagreements } from './disagreements.tsx';
import { ExportAction, useExportReason } from './export-action.tsx';
import { Failures } from './failures.tsx';
import { Findings, strongestFirst } from './findings.tsx';
import { Metadata } from './metadata.tsx';
import { PhotoStage } from './photo-stage.tsx';
import { Position } from './position.tsx';
import { ResultHeader } from './result-header.tsx';
import css from './result-page.module.css';

export function ResultPage() {
  const { id = '' } = useParams();
  const [underWay, setUnderWay] = useState(false);
  const run = useQuery({ ...runQuery(id), refetchInterval: useLiveInterval(underWay) });
  usePageTitle(run.data?.file.name ?? 'Result');
  const active = run.data !== undefined && isActive(run.data);
  if (active !== underWay) setUnderWay(active);

  const code = problemCode(run.error);
  // An id that is no id is refused before it is looked up; for whoever follows a link it is the same.
  if (run.data === undefined && (code === 'run_not_found' || code === 'not_found' || code === 'invalid_request'))
    return <NotFoundPage />;
  if (run.data !== undefined) return <Result run={run.data} />;
  return (
    <>
      <TopBar parents={<Parents />} />
      <main id="main" className={css.waiting}>
        {run.isError ? (
          <ErrorNotice
            title="The result could not be loaded"
            code={code}
            action={<Button onClick={() => void run.refetch()}>Try again</Button>}
          >
            {problemText(run.error)} The photo and its result are safe on the server.
          </ErrorNotice>
        ) : (
          <LoadingRows rows={6} label="Loading the result" />
        )}
      </main>
    </>
  );
}

function Parents() {
  return <Link to={paths.workbench}>Workbench</Link>;
}

function Result({ run }: { run: Run }) {
  const { may } = useAccount();
  const navigate = useNavigate();
  const pluginName = usePluginName();
  const [deleting, setDeleting] = useState(false);
  const [selected, setSelected] = useState<number | null>(0);
  const findings = strongestFirst(run.findings);
  const exportReason = useExportReason(run);
  const sorted: Run = { ...run, findings };

  return (
    <>
      <TopBar
        parents={<Parents />}
        actions={
          <>
            {may('runs:create') ? (
              <Button leftSection={<IconTrash size={16} stroke={1.6} />} onClick={() => setDeleting(true)}>
                Delete
              </Button>
            ) : null}
            <ExportAction run={run} reason={exportReason} />
          </>
        }
      />
      <main id="main">
        <ResultHeader run={run} pluginName={pluginName} exportReason={exportReason} />
        <AnswerStrip answers={answersOf(sorted, pluginName)} />
        <Failures run={run} pluginName={pluginName} />
        <div className={css.columns}>
          <div className={css.photo}>
            <PhotoStage run={sorted} selected={selected} onSelect={setSelected} />
          </div>
          <div className={css.findings}>
            <Findings run={sorted} pluginName={pluginName} selected={selected} onSelect={setSelected} />
          </div>
        </div>
        <div className={css.sections}>
          <Disagreements conflicts={run.conflicts} pluginName={pluginName} />
          <div className={css.split}>
            <Metadata run={run} pluginName={pluginName} />
            <Position run={run} pluginName={pluginName} />
          </div>
          <DerivedFiles run={run} pluginName={pluginName} />
          <Custody run={run} pluginName={pluginName} />
        </div>
      </main>
      {deleting ? (
        <DeleteRunDialog
          run={run}
          verb={isActive(run) ? 'Cancel' : 'Delete'}
          files={run.files.length}
          onClose={() => setDeleting(false)}
          onDeleted={() => void navigate(paths.workbench, { replace: true })}
        />
      ) : null}
    </>
  );
}
