import { useTranslation } from 'react-i18next';
import { Bars } from '../../ui/bars.tsx';
import { Section } from '../../ui/section.tsx';
import type { Point } from './chart-days.ts';
import css from './publisher-analytics.module.css';

type Props = {
  title: string;
  points: readonly Point[];
  /** How a number is written; null is what is not told. */
  words: (value: number | null) => string;
  /** What the red part of a bar is, where it has one. */
  badTitle?: string;
};

/** Bars, and the same as a table: for those who do not see them, and for those who want the numbers. */
export function Chart({ title, points, words, badTitle }: Props) {
  const { t } = useTranslation('publisherAnalytics');
  const most = points.reduce((so, { value }) => Math.max(so, value ?? 0), 0);
  const text =
    most === 0 ? t('chart.nothing', { title }) : t('chart.text', { title, most: words(most), count: points.length });
  return (
    <Section title={title}>
      <Bars
        height={72}
        text={text}
        bars={points.map(({ label, value, bad }) => ({ label, value: value ?? 0, ...(bad === null ? {} : { bad }) }))}
      />
      <details className={css.numbers}>
        <summary>{t('chart.table', { title })}</summary>
        {/* Wider than a phone it scrolls in itself, for which it takes the keys. */}
        <div className={css.scroll} role="region" aria-label={t('chart.tableOf', { title })} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('chart.since')}</th>
                <th scope="col">{title}</th>
                {badTitle === undefined ? null : <th scope="col">{badTitle}</th>}
              </tr>
            </thead>
            <tbody>
              {points.map(({ label, value, bad }) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td>{words(value)}</td>
                  {badTitle === undefined ? null : <td>{words(bad)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Section>
  );
}
