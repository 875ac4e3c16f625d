import type { Submission } from '@proofpix/contract/api/submissions';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { timeWithZone } from '../../../ui/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { Section } from '../../../ui/section.tsx';
import { reviewTimesQuery } from '../../reviews/times-query.ts';
import { automaticRuleWords, waitText } from '../submission-words.tsx';
import { Difference } from './difference.tsx';
import css from './submission.module.css';

/** Each step with its time: both sides see the same list. Beside it what decides how it goes on. */
export function Progress({ submission }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  const { steps, difference, automatic, state, problem } = submission;
  const isOpen = state === 'draft' || state === 'waiting' || state === 'in-review';
  return (
    <div className={css.columns}>
      <div>
        <Section title={t('timeline')}>
          <ol className={css.timeline} aria-label={t('timeline')}>
            {steps.map((step, index) => (
              // A state may be reached twice at one time of the clock: the place is its name.
              <li key={index} aria-current={index === steps.length - 1 ? 'step' : undefined}>
                <p className={css.step}>{t(`state.${step.state}`)}</p>
                <p className={css.when}>
                  {timeWithZone(step.at)} · {t(`side.${step.side}`)}
                </p>
                {/* What stands above is not said twice. */}
                {step.reason === null || step.reason === problem?.message ? null : (
                  <p className={css.reason}>{step.reason}</p>
                )}
              </li>
            ))}
          </ol>
        </Section>
      </div>
      <div>
        {isOpen ? <Times submission={submission} /> : null}
        {automatic === null || !isOpen ? null : (
          <Section title={t('automatic.title')}>
            <p className={css.sentence}>{t(automatic.approves ? 'automatic.met' : 'automatic.missing')}</p>
            <ul className={css.rules}>
              {automatic.missing.map((rule) => (
                <li key={rule}>
                  <Mark kind="note" />
                  {automaticRuleWords(rule, t)}
                </li>
              ))}
            </ul>
          </Section>
        )}
        {difference === null ? null : (
          <Section title={t('difference.title')} aside={t('difference.since', { version: difference.since })}>
            <Difference difference={difference} />
          </Section>
        )}
      </div>
    </div>
  );
}

/** Measured, not promised. */
function Times({ submission: { queue, approvals } }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  const { data } = useQuery(reviewTimesQuery);
  return (
    <Section title={t('times.title')}>
      {queue === null ? null : (
        <p className={css.sentence}>{t('next.queue', { position: queue.position, of: queue.of })}</p>
      )}
      <p className={css.sentence}>{t('approvals', { given: approvals.given, needed: approvals.needed })}</p>
      {data === undefined ? null : (
        <p className={css.sentence}>
          {data.medianMilliseconds === null || data.p90Milliseconds === null
            ? t('times.none')
            : t('times.measured', {
                median: waitText(data.medianMilliseconds),
                p90: waitText(data.p90Milliseconds),
                count: data.decided,
              })}
        </p>
      )}
    </Section>
  );
}
