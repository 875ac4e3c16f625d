import type { ScanResult, ScanVerdict } from '@proofpix/contract/scan';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark, type MarkKind } from '../../../ui/mark.tsx';
import css from './scan.module.css';

const marks: Readonly<Record<ScanVerdict, MarkKind>> = { pass: 'nothing', review: 'possible', block: 'strong' };

/** What the organisation's rules make of a package, before it is installed or after; `children` is said below. */
export function VerdictBand({
  verdict,
  result,
  installed = false,
  children,
}: {
  verdict: ScanVerdict;
  result: ScanResult;
  installed?: boolean;
  children?: ReactNode;
}) {
  const { t } = useTranslation('plugins');
  const count = result.findings.length + result.more;
  return (
    <div className={css.band} data-verdict={verdict}>
      <Mark kind={marks[verdict]} />
      <div className={css.words}>
        <p className={css.title}>{t(installed ? `scan.installed.${verdict}` : `scan.verdict.${verdict}`)}</p>
        <p>{verdict === 'pass' || installed ? t('scan.found', { count }) : t(`scan.why.${verdict}`, { count })}</p>
        {children}
      </div>
    </div>
  );
}
