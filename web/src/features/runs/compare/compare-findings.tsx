import type { Run } from '@proofpix/contract/runs';
import { useTranslation } from 'react-i18next';
import { percent } from '../../../ui/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './compare-page.module.css';

export function CompareFindings({ runs, pluginName }: { runs: readonly Run[]; pluginName: (id: string) => string }) {
  const { t } = useTranslation('runs');
  return (
    <Section title={t('findings.title')}>
      <div className={css.findings}>
        {runs.map((run, side) => (
          <ol key={side} aria-label={run.file.name}>
            {run.findings.length === 0 ? <li className={css.quiet}>{t('outcome.nothing')}</li> : null}
            {run.findings.map((finding, index) => (
              <li key={index} className={css.finding}>
                <Mark kind={finding.severity} number={index + 1} />
                <div>
                  <p className={css.title}>{finding.title}</p>
                  <p className={css.meta}>
                    {t(`severity.${finding.severity}`)} · {pluginName(finding.source.plugin)} ·{' '}
                    {t('findings.confidence', { confidence: percent(finding.confidence) })}
                  </p>
                </div>
              </li>
            ))}
          </ol>
        ))}
      </div>
    </Section>
  );
}
