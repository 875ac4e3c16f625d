import type { Run } from '@proofpix/contract/runs';
import { useTranslation } from 'react-i18next';
import { timeWithZone } from '../../../ui/format.ts';
import { Section } from '../../../ui/section.tsx';
import { clockText, zoneText } from '../time-words.ts';
import css from './timeline.module.css';
import { timelineOf } from './timeline-events.ts';

export function Timeline({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const { t } = useTranslation('runs');
  const events = timelineOf(run);
  const zoneless = events.some(({ time }) => time.offset === null && !time.dayOnly);
  const differing = run.disagreements.some(({ question }) => question === 'time');
  return (
    <Section id="timeline" title={t('timeline.title')}>
      <ol className={css.events}>
        {events.map(({ kind, time, own, plugin }) => (
          <li
            key={kind}
            className={css.event}
            data-own={own !== null || undefined}
            data-differs={(differing && (kind === 'taken' || kind === 'gps')) || undefined}
          >
            <span>
              {own === null ? (
                <>
                  {clockText(time, false)} <span className={css.zone}>{zoneText(time)}</span>
                </>
              ) : (
                <time dateTime={own}>{timeWithZone(own)}</time>
              )}
            </span>
            <span className={css.what}>
              {t(`events.${kind}`)}
              {plugin === null ? null : <span className={css.source}> {pluginName(plugin)}</span>}
            </span>
          </li>
        ))}
      </ol>
      {zoneless ? <p className={css.note}>{t('timeline.zoneless')}</p> : null}
    </Section>
  );
}
