import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { EvidenceKey } from '../runs/evidence-key.tsx';
import { EarlierExports } from '../runs/export/earlier-exports.tsx';
import { caseExportsQuery } from './queries.ts';

/** What was written of the whole case, newest first, and the key that signs its bundle. */
export function CaseReports({ caseId }: { caseId: string }) {
  const { t } = useTranslation('cases');
  const reports = useQuery(caseExportsQuery(caseId));
  return (
    <Section id="reports" title={t('reports.title')}>
      {reports.isPending ? <LoadingRows rows={1} label={t('reports.loading')} /> : null}
      {reports.isError ? (
        <ErrorNotice
          title={t('reports.failed')}
          code={problemCode(reports.error)}
          action={<Button onClick={() => void reports.refetch()}>{t('tryAgain')}</Button>}
        >
          {problemText(reports.error)}
        </ErrorNotice>
      ) : null}
      {reports.data?.items.length === 0 ? <Empty>{t('reports.empty')}</Empty> : null}
      {reports.data === undefined ? null : <EarlierExports items={reports.data.items} />}
      <EvidenceKey />
    </Section>
  );
}
