import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { timeWithZone } from '../../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { scanQuery } from '../queries.ts';
import { ScanFindings } from './scan-findings.tsx';
import css from './scan.module.css';
import { VerdictBand } from './verdict-band.tsx';

/** What was found in the package that is installed, by which rules and when. */
export function PackageScan({ id }: { id: string }) {
  const { t } = useTranslation('plugins');
  const { data: scan, error } = useQuery(scanQuery(id));
  return (
    <Section title={t('scan.title')}>
      {scan === undefined && error === null ? <LoadingRows rows={2} label={t('scan.loading')} /> : null}
      {scan === undefined && error !== null ? (
        <ErrorNotice title={t('scan.loadingFailed')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {scan === undefined ? null : scan.result === null || scan.verdict === null ? (
        <Empty>{t(scan.failed ? 'scan.neverWorked' : 'scan.notYet')}</Empty>
      ) : (
        <>
          <VerdictBand verdict={scan.verdict} result={scan.result} installed>
            <p className={css.when}>
              {t('scan.when', { ruleSet: scan.result.ruleSet, time: timeWithZone(scan.scannedAt ?? '') })}
              {scan.current ? null : ` ${t('scan.older')}`}
              {scan.failed ? ` ${t('scan.failedSince')}` : null}
              {scan.acceptedAt === null
                ? null
                : ` ${t('scan.accepted', { by: scan.acceptedBy ?? t('scan.somebody'), time: timeWithZone(scan.acceptedAt) })}`}
            </p>
          </VerdictBand>
          <ScanFindings result={scan.result} />
        </>
      )}
    </Section>
  );
}
