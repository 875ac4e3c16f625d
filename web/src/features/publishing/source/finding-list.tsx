import { useTranslation } from 'react-i18next';
import { Mark, type MarkKind } from '../../../ui/mark.tsx';
import css from './source-browser.module.css';
import type { NumberedFinding } from './source-rows.ts';
import { usePlace } from './use-place.ts';

export const findingMarks: Readonly<Record<NumberedFinding['severity'], MarkKind>> = {
  high: 'strong',
  medium: 'possible',
  low: 'note',
};

/** Each leads to its line. */
export function FindingList({
  findings,
  more,
  file,
}: {
  findings: readonly NumberedFinding[];
  more: number;
  file: string | null;
}) {
  const { t } = useTranslation('publishing');
  const { t: plugins } = useTranslation('plugins');
  const { line, go } = usePlace();
  return (
    <section aria-label={t('source.findings')}>
      <h2 className={css.head}>
        {t('source.findings')} <span className={css.count}>{t('source.found', { count: findings.length })}</span>
      </h2>
      <ul>
        {findings.map((finding) => (
          <li key={finding.number}>
            <button
              type="button"
              className={css.item}
              aria-current={(finding.file === file && finding.line === line) || undefined}
              onClick={() => go({ file: finding.file, line: finding.line === 0 ? null : finding.line })}
            >
              <Mark kind={findingMarks[finding.severity]} number={finding.number} />
              <span className={css.what}>
                <span className={css.message}>{finding.message}</span>
                <span className={css.place}>
                  <code>{finding.line === 0 ? finding.file : `${finding.file}:${finding.line}`}</code>
                  <span>{plugins(`scan.severity.${finding.severity}`)}</span>
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {more === 0 ? null : <p className={css.more}>{plugins('scan.more', { count: more })}</p>}
    </section>
  );
}
