import type { RunSummary } from '@proofpix/contract/runs';
import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useBeforeUnload } from 'react-router';
import { paths } from '../../paths.ts';
import { bytes, count } from '../../ui/format.ts';
import { ProgressLine } from '../../ui/progress-line.tsx';
import { RunTicks } from '../../ui/run-ticks.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import { usePluginName } from '../plugins/queries.ts';
import { useCurrentSteps, useLiveInterval, type CurrentStep } from './live-runs.ts';
import { activeRunsQuery } from './queries.ts';
import { nowWords, ticksOf } from './result-words.ts';
import css from './running.module.css';
import { spanText } from './time-words.ts';
import { FileThumbnail, RunThumbnail } from './thumbnail.tsx';
import type { Upload } from './upload-queue.ts';
import { useTally } from './use-tally.ts';
import { useUploadQueue, useUploads, useUploadsPaused } from './uploads.ts';

const DeleteRunsDialog = lazy(async () => ({ default: (await import('./delete-runs-dialog.tsx')).DeleteRunsDialog }));

/** The rest is a number: the history must stay within reach. */
const mostRows = 12;

/** Photos on their way and runs under way, oldest first. Not there when nothing is. */
export function Running() {
  const { t } = useTranslation('runs');
  const uploads = useUploads();
  const [underWay, setUnderWay] = useState(false);
  const { data } = useQuery({ ...activeRunsQuery, refetchInterval: useLiveInterval(underWay) });
  const runs = data?.runs ?? [];
  if (underWay !== runs.length > 0) setUnderWay(runs.length > 0);
  const steps = useCurrentSteps();
  const pluginName = usePluginName();
  const sending = uploads.filter((upload) => upload.state !== 'failed');
  const tally = useTally(runs, sending);
  const { may } = useAccount();
  const [cancelling, setCancelling] = useState<RunSummary | null>(null);
  useWarnBeforeLeaving(sending.length > 0);

  // Outlives the rows: the run may finish while somebody reads what would be lost.
  const dialog =
    cancelling === null ? null : (
      <Suspense>
        <DeleteRunsDialog runs={[cancelling]} onClose={() => setCancelling(null)} />
      </Suspense>
    );

  if (runs.length + uploads.length === 0) return dialog;
  const uploadRows = [...uploads].sort(failedFirst).slice(0, Math.max(mostRows - runs.length, fewUploads));
  const hidden =
    uploads.length -
    uploadRows.length +
    Math.max(0, runs.length - mostRows) +
    (data === undefined ? 0 : data.total - runs.length);

  return (
    <Section
      title={t('running.title')}
      aside={
        <span role="status">
          {t('running.done', { done: count(tally.done), all: count(tally.all) })}
          {tally.rest === null ? '' : `, ${t('running.rest', { span: spanText(tally.rest) })}`}
        </span>
      }
      actions={sending.length > 0 ? <QueueActions sending={sending.length} /> : undefined}
    >
      <ProgressLine share={tally.share} label={t('running.all')} />
      <ul>
        {runs.slice(0, mostRows).map((run) => (
          <RunRow
            key={run.id}
            run={run}
            step={steps.get(run.id)}
            pluginName={pluginName}
            onCancel={may('runs:create') ? setCancelling : null}
          />
        ))}
        {uploadRows.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
      {hidden > 0 ? <p className={css.more}>{t('running.more', { count: hidden })}</p> : null}
      {dialog}
    </Section>
  );
}

const fewUploads = 4;

/** What failed waits for somebody, so it must not hide behind what does not. */
function failedFirst(a: Upload, b: Upload): number {
  return Number(b.state === 'failed') - Number(a.state === 'failed') || a.id - b.id;
}

/** Pausing keeps what is on its way; what was taken out can be put in again. */
function QueueActions({ sending }: { sending: number }) {
  const { t } = useTranslation('runs');
  const queue = useUploadQueue();
  const paused = useUploadsPaused();
  const toast = useToast();
  function cancelAll() {
    const taken = queue.takeAll();
    toast({
      text: t('running.cancelled', { count: taken.length }),
      undo: () => {
        for (const [options, uploads] of Map.groupBy(taken, (upload) => upload.options)) {
          queue.add(
            uploads.map(({ file }) => file),
            options,
          );
        }
      },
    });
  }
  return (
    <>
      <Button
        size="xs"
        leftSection={paused ? <IconPlayerPlay size={15} stroke={1.6} /> : <IconPlayerPause size={15} stroke={1.6} />}
        onClick={() => (paused ? queue.goOn() : queue.pause())}
      >
        {t(paused ? 'running.goOn' : 'running.pause')}
      </Button>
      <Button size="xs" onClick={cancelAll}>
        {t('running.cancelRest', { count: sending })}
      </Button>
    </>
  );
}

function useWarnBeforeLeaving(uploading: boolean) {
  useBeforeUnload((event) => {
    if (uploading) event.preventDefault();
  });
}

type RunRowProps = {
  run: RunSummary;
  step: CurrentStep | undefined;
  pluginName: (id: string) => string;
  onCancel: ((run: RunSummary) => void) | null;
};

function RunRow({ run, step, pluginName, onCancel }: RunRowProps) {
  const { t } = useTranslation('runs');
  const { ticks, label } = ticksOf(t, run, run.state === 'running');
  const now = nowWords(t, run, step, pluginName);
  return (
    <li className={css.row}>
      <span className={css.photo}>
        <RunThumbnail run={run} />
        <Link className={css.name} to={paths.run(run.id)} title={run.file.name}>
          {run.file.name}
        </Link>
        <span className={css.size}>{bytes(run.file.size)}</span>
      </span>
      <span className={css.now} data-quiet={run.state === 'waiting' || undefined}>
        {now}
      </span>
      <RunTicks ticks={ticks} label={label} />
      <span className={css.end}>
        {onCancel === null ? null : (
          <ActionIcon aria-label={t('running.cancel', { name: run.file.name })} onClick={() => onCancel(run)}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </span>
    </li>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useTranslation('runs');
  const queue = useUploadQueue();
  const paused = useUploadsPaused();
  const { file, state } = upload;
  const now =
    state === 'waiting'
      ? t(paused ? 'running.paused' : 'running.waits')
      : state === 'failed'
        ? upload.error
        : t('running.sending', { percent: Math.floor(upload.sent * 100) });
  return (
    <li className={css.row} data-failed={state === 'failed' || undefined}>
      <span className={css.photo}>
        <FileThumbnail file={file} id={upload.id} />
        <span className={css.name} title={file.name}>
          {file.name}
        </span>
        <span className={css.size}>{bytes(file.size)}</span>
      </span>
      <span className={css.now} data-quiet={state === 'waiting' || undefined}>
        {now}
      </span>
      <span>
        {state === 'failed' && upload.mayRetry ? (
          <Button size="xs" onClick={() => queue.retry(upload.id)}>
            {t('running.retry')}
          </Button>
        ) : null}
      </span>
      <span className={css.end}>
        <ActionIcon
          aria-label={t(state === 'failed' ? 'running.remove' : 'running.cancel', { name: file.name })}
          onClick={() => queue.cancel(upload.id)}
        >
          <IconX size={16} />
        </ActionIcon>
      </span>
    </li>
  );
}
