import type { Subscription } from '@proofpix/contract/api/subscription';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { timeWithZone } from '../../ui/format.ts';
import { State, type Tone } from '../../ui/state.tsx';
import css from './subscription-page.module.css';

const tones: Record<Subscription['state'], Tone> = {
  granted: 'running',
  active: 'running',
  'past-due': 'waits',
  lapsed: 'stopped',
};

/** The plan, and in a sentence or two how long it holds and what happens then. */
export function SubscriptionState({ subscription, waiting }: { subscription: Subscription; waiting: boolean }) {
  const { t } = useTranslation('subscription');
  return (
    <section className={css.state} aria-label={t('yourPlan')}>
      <p className={css.plan}>
        {t(`plans.${subscription.plan}`)}{' '}
        <State tone={tones[subscription.state]} words={t(`states.${subscription.state}`)} />
      </p>
      <div role="status">
        {(waiting ? [t('waiting')] : sentences(subscription, t)).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </section>
  );
}

function sentences(subscription: Subscription, t: TFunction<'subscription'>): string[] {
  const { state, sold, renewsAt, endsAt, graceEndsAt, pluginsStoppedAt } = subscription;
  const said: string[] = [];
  if (sold.length === 0) said.push(t('notSold'));
  if (state === 'past-due') said.push(t('pastDue'));
  if (state === 'lapsed') said.push(t('lapsed', { time: endsAt === null ? '' : timeWithZone(endsAt) }));
  else if (renewsAt !== null) said.push(t('renews', { time: timeWithZone(renewsAt) }));
  else if (endsAt !== null) said.push(t('ends', { time: timeWithZone(endsAt) }));
  if (pluginsStoppedAt !== null) said.push(t('stopped', { time: timeWithZone(pluginsStoppedAt) }));
  else if (graceEndsAt !== null) said.push(t('grace', { time: timeWithZone(graceEndsAt) }));
  return said;
}
