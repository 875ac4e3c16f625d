import type { SubmissionSummary } from '@proofpix/contract/api/submissions';
import { submissionStateNames, type SubmissionState } from '@proofpix/contract/publishing';
import { Button, NativeSelect } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { DataTable, type Column } from '../../../ui/data-table.tsx';
import { timeInList, timeWithZone } from '../../../ui/format.ts';
import { LoadMore } from '../../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { TryAgain } from '../../../ui/try-again.tsx';
import { submissionsQuery } from '../queries.ts';
import { SubmissionStateWord, VerdictWord } from '../submission-words.tsx';
import css from './submissions.module.css';

/** What was sent to be published, newest first. The address holds the filter. */
export function Submissions({ hasPublisher }: { hasPublisher: boolean }) {
  const { t } = useTranslation('publishing');
  const [query, setQuery] = useSearchParams();
  const state = submissionStateNames.find((name) => name === query.get('state')) ?? null;
  const list = useInfiniteQuery({ ...submissionsQuery(state), placeholderData: keepPreviousData });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filter = (chosen: string) =>
    setQuery(chosen === '' ? {} : { state: chosen }, { replace: true, preventScrollReset: true });
  return (
    <Section
      title={t('submissions.title')}
      actions={items.length > 0 || state !== null ? <StateFilter state={state} onChange={filter} /> : undefined}
    >
      {list.isPending ? <LoadingRows rows={3} label={t('submissions.loading')} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice
          title={t('submissions.failed')}
          code={problemCode(list.error)}
          action={<TryAgain onTry={list.refetch} />}
        >
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {items.length > 0 ? <SubmissionTable items={items} /> : null}
      {list.isSuccess && items.length === 0 ? (
        state === null ? (
          <NothingSent hasPublisher={hasPublisher} />
        ) : (
          <Empty action={<Button onClick={() => filter('')}>{t('submissions.showAll')}</Button>}>
            {t('submissions.noMatch', { state: t(`state.${state}`) })}
          </Empty>
        )
      ) : null}
      <LoadMore
        query={list}
        failed={
          list.isFetchNextPageError ? { text: problemText(list.error), code: problemCode(list.error) } : undefined
        }
      />
    </Section>
  );
}

function StateFilter({ state, onChange }: { state: SubmissionState | null; onChange: (state: string) => void }) {
  const { t } = useTranslation('publishing');
  return (
    <NativeSelect
      size="xs"
      aria-label={t('submissions.filter')}
      value={state ?? ''}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      data={[
        { value: '', label: t('submissions.any') },
        ...submissionStateNames.map((name) => ({ value: name, label: t(`state.${name}`) })),
      ]}
    />
  );
}

/** Both ways to begin: by hand here, or from where the plugin is written. */
function NothingSent({ hasPublisher }: { hasPublisher: boolean }) {
  const { t } = useTranslation('publishing');
  return (
    <>
      <Empty
        action={
          hasPublisher ? (
            <Button component={Link} to={paths.newSubmission}>
              {t('wizard.open')}
            </Button>
          ) : undefined
        }
      >
        {t(hasPublisher ? 'submissions.none' : 'submissions.noneYet')}
      </Empty>
      <p className={css.how}>
        {t('submissions.command')} <code className={css.command}>{command}</code>
      </p>
    </>
  );
}

const command = 'npx proofpix publish';

function SubmissionTable({ items }: { items: readonly SubmissionSummary[] }) {
  const { t } = useTranslation('publishing');
  const columns: Column<SubmissionSummary>[] = [
    { key: 'publisher', head: t('column.publisher'), cell: ({ publisher }) => publisher, phone: 'hidden' },
    { key: 'state', head: t('column.state'), width: '168px', cell: stateCell },
    { key: 'verdict', head: t('column.verdict'), width: '168px', cell: verdictCell },
    { key: 'at', head: t('column.at'), width: '132px', cell: timeCell, phone: 'end' },
  ];
  return (
    <DataTable
      label={t('submissions.title')}
      rows={items}
      rowKey={({ id }) => id}
      nameHead={t('column.plugin')}
      name={nameCell}
      columns={columns}
    />
  );
}

function nameCell(submission: SubmissionSummary, className: string) {
  return <Name submission={submission} className={className} />;
}

function Name({ submission, className }: { submission: SubmissionSummary; className: string }) {
  const { t } = useTranslation('publishing');
  const { id, name, plugin, version, channel } = submission;
  return (
    <Link className={className} to={paths.submission(id)}>
      {name ?? plugin ?? t('unread')} {version}{' '}
      {channel === 'stable' ? null : <span className={css.channel}>{t(`channel.${channel}`)}</span>}
    </Link>
  );
}

function stateCell({ state }: SubmissionSummary) {
  return <SubmissionStateWord state={state} />;
}

function verdictCell({ verdict }: SubmissionSummary) {
  return <VerdictWord verdict={verdict} />;
}

function timeCell({ stateSince }: SubmissionSummary) {
  return (
    <time dateTime={stateSince} title={timeWithZone(stateSince)}>
      {timeInList(stateSince)}
    </time>
  );
}
