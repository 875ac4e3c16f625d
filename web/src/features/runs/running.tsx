import type { RunSummary } from '@proofpix/contract/runs';
import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { Link, useBeforeUnload } from 'react-router';
import { paths } from '../../paths.ts';
import { bytes, count } from '../../ui/format.ts';
import { FileTile } from '../../ui/file-tile.tsx';
import { RunTicks } from '../../ui/run-ticks.tsx';
import { Section } from '../../ui/section.tsx';
import { useAccount } from '../accounts/queries.ts';
import { usePluginName } from '../plugins/queries.ts';
import { useCurrentSteps, useLiveInterval, type CurrentStep } from './live-runs.ts';
import { photoKind } from './photo-types.ts';
import { activeRunsQuery } from './queries.ts';
import { nowWords, ticksOf } from './result-words.ts';
import css from './running.module.css';
import { thumbnailOf } from './thumbnail.ts';
import type { Upload } from './upload-queue.ts';
import { useUploadQueue, useUploads } from './uploads.ts';

const DeleteRunDialog = lazy(async () => ({ default: (await import('./delete-run-dialog.tsx')).DeleteRunDialog }));

/** The rest is a number: the history must stay within reach. */
const mostRows = 12;

/** Photos on their way and runs under way, oldest first. Not there when nothing is. */
export function Running() {
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
        <DeleteRunDialog run={cancelling} verb="Cancel" onClose={() => setCancelling(null)} />
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
    <Section title="Running" aside={<span role="status">{`${count(tally.done)} of ${count(tally.all)} done`}</span>}>
      <progress className={css.line} max={1} value={tally.share} aria-label="All photos under way" />
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
      {hidden > 0 ? <p className={css.more}>and {count(hidden)} more</p> : null}
      {dialog}
    </Section>
  );
}

const fewUploads = 4;

/** What failed waits for somebody, so it must not hide behind what does not. */
function failedFirst(a: Upload, b: Upload): number {
  return Number(b.state === 'failed') - Number(a.state === 'failed') || a.id - b.id;
}

const none: ReadonlySet<string> = new Set();

/** How far all of them are: counted from when the list was last empty, so that the line never runs backwards. */
function useTally(runs: readonly RunSummary[], sending: readonly Upload[]) {
  const [seen, setSeen] = useState<ReadonlySet<string>>(none);
  const idle = runs.length + sending.length === 0;
  const now = idle
    ? none
    : runs.every(({ id }) => seen.has(id))
      ? seen
      : new Set([...seen, ...runs.map(({ id }) => id)]);
  if (now !== seen) setSeen(now);
  const done = now.size - runs.length;
  const all = now.size + sending.length;
  // Half of a photo's way is getting here, half is what plugins do.
  const partly =
    runs.reduce((sum, run) => sum + 0.5 + (run.stepsTotal === 0 ? 0 : (0.5 * run.stepsDone) / run.stepsTotal), 0) +
    sending.reduce((sum, upload) => sum + 0.5 * upload.sent, 0);
  return { done, all, share: all === 0 ? 0 : (done + partly) / all };
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
  const { ticks, label } = ticksOf(run, run.state === 'running');
  const now = nowWords(run, step, pluginName);
  return (
    <li className={css.row}>
      <span className={css.photo}>
        <FileTile kind={photoKind(run.file.type, run.file.name)} src={thumbnailOf(run)} />
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
          <ActionIcon aria-label={`Cancel ${run.file.name}`} onClick={() => onCancel(run)}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </span>
    </li>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const queue = useUploadQueue();
  const { file, state } = upload;
  const now =
    state === 'waiting'
      ? 'Waits to be sent'
      : state === 'failed'
        ? upload.error
        : `Sending, ${Math.floor(upload.sent * 100)} %`;
  return (
    <li className={css.row} data-failed={state === 'failed' || undefined}>
      <span className={css.photo}>
        <FileTile kind={photoKind(file.type, file.name)} />
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
            Send again
          </Button>
        ) : null}
      </span>
      <span className={css.end}>
        <ActionIcon
          aria-label={`${state === 'failed' ? 'Remove' : 'Cancel'} ${file.name}`}
          onClick={() => queue.cancel(upload.id)}
        >
          <IconX size={16} />
        </ActionIcon>
      </span>
    </li>
  );
}
