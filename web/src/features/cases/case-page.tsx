import type { CaseDetail } from '@proofpix/contract/cases';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { timeWithZone } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import { useLiveInterval } from '../runs/live-runs.ts';
import { isActive } from '../runs/queries.ts';
import { Running } from '../runs/running.tsx';
import { CaseActions, MoreCaseActions } from './case-actions.tsx';
import { CaseFormDialog } from './case-form-dialog.tsx';
import css from './case-page.module.css';
import { CaseReports } from './case-reports.tsx';
import { CaseStateWord } from './case-state.tsx';
import { DeleteCaseDialog } from './delete-case-dialog.tsx';
import { Exhibits } from './exhibits.tsx';
import { FindingWords } from './finding-words.tsx';
import { Notes } from './notes.tsx';
import { caseQuery, keepCase } from './queries.ts';

export function CasePage() {
  const { t } = useTranslation('cases');
  const { id = '' } = useParams();
  const [underWay, setUnderWay] = useState(false);
  const found = useQuery({ ...caseQuery(id), refetchInterval: useLiveInterval(underWay) });
  usePageTitle(found.data?.title ?? t('title'));
  const active = found.data?.exhibits.some(({ run }) => isActive(run)) ?? false;
  if (active !== underWay) setUnderWay(active);
  const code = problemCode(found.error);
  if (found.data === undefined && (code === 'case_not_found' || code === 'not_found' || code === 'invalid_request'))
    return <NotFoundPage />;
  if (found.data !== undefined) return <OneCase key={found.data.id} known={found.data} />;
  return (
    <>
      <TopBar parents={<Link to={paths.cases}>{t('title')}</Link>} />
      <main id="main" className={css.waiting}>
        {found.isError ? (
          <ErrorNotice
            title={t('case.failed')}
            code={code}
            action={<Button onClick={() => void found.refetch()}>{t('tryAgain')}</Button>}
          >
            {problemText(found.error)} {t('case.safe')}
          </ErrorNotice>
        ) : (
          <LoadingRows rows={6} label={t('case.loading')} />
        )}
      </main>
    </>
  );
}

function OneCase({ known }: { known: CaseDetail }) {
  const { t } = useTranslation('cases');
  const { may } = useAccount();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'form' | 'delete' | null>(null);
  const [draft, setDraft] = useState('');
  const { turn, error } = useOpenAndClose(known);
  const mayWrite = may('runs:create');
  const closed = known.state === 'closed';
  return (
    <>
      <TopBar
        parents={<Link to={paths.cases}>{t('title')}</Link>}
        actions={<CaseActions known={known} onEdit={mayWrite ? () => setOpen('form') : null} />}
      />
      <main id="main">
        <div className={css.header}>
          <h1 className={css.title}>{known.title}</h1>
          <p className={css.facts}>
            <CaseStateWord state={known.state} />
            {known.reference === null ? null : <span>{known.reference}</span>}
            <span>{t('exhibits', { count: known.exhibitCount })}</span>
            <FindingWords counts={known.findingCounts} exhibits={known.exhibitCount} />
            <span>
              {t('case.opened', { time: timeWithZone(known.createdAt), name: known.createdBy.name ?? t('notes.gone') })}
            </span>
          </p>
          <div className={css.narrow}>
            <MoreCaseActions known={known} onEdit={mayWrite ? () => setOpen('form') : null} />
          </div>
          {known.description === '' ? null : <p className={css.description}>{known.description}</p>}
        </div>
        <div className={css.sections}>
          {closed ? (
            <p className={css.closed} role="status">
              {t('case.closed')}
            </p>
          ) : null}
          {error === null ? null : (
            <ErrorNotice title={t('case.notTurned')} code={problemCode(error)}>
              {problemText(error)}
            </ErrorNotice>
          )}
          <Running />
          <Exhibits known={known} mayWrite={mayWrite} />
          <CaseReports caseId={known.id} />
          <Notes subject={{ kind: 'case', id: known.id }} draft={draft} onDraft={setDraft} />
          {mayWrite ? (
            <div className={css.foot}>
              <Button onClick={() => turn(closed ? 'open' : 'closed')}>
                {t(closed ? 'case.reopen' : 'case.close')}
              </Button>
              <Button onClick={() => setOpen('delete')}>{t('delete.open')}</Button>
            </div>
          ) : null}
        </div>
      </main>
      {open === 'form' ? (
        <CaseFormDialog known={known} onClose={() => setOpen(null)} onSaved={() => setOpen(null)} />
      ) : null}
      {open === 'delete' ? (
        <DeleteCaseDialog
          known={known}
          onClose={() => setOpen(null)}
          onDeleted={() => void navigate(paths.cases, { replace: true })}
        />
      ) : null}
    </>
  );
}

/** Closing takes nothing away and can be taken back. */
function useOpenAndClose(known: CaseDetail) {
  const { t } = useTranslation('cases');
  const queryClient = useQueryClient();
  const toast = useToast();
  const change = useMutation({
    mutationFn: (state: CaseDetail['state']) =>
      call(routes.cases.update, { params: { id: known.id }, body: { title: known.title, state } }),
    onSuccess: (changed) => {
      keepCase(queryClient, changed);
      toast({
        text: t(changed.state === 'closed' ? 'case.wasClosed' : 'case.wasReopened'),
        undo: () => change.mutate(changed.state === 'closed' ? 'open' : 'closed'),
      });
    },
  });
  return { turn: (state: CaseDetail['state']) => change.mutate(state), error: change.error };
}
