import type { PolicyDryRun, PolicyEffectOnPlugin } from '@proofpix/contract/api/policies';
import { useTranslation } from 'react-i18next';
import { count } from '../../ui/format.ts';
import rows from '../../ui/list-row.module.css';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State, type Tone } from '../../ui/state.tsx';
import css from '../security/locked-plugins.module.css';

/** What the draft would refuse, by which rule, before it is saved. */
export function DryRun({ found }: { found: PolicyDryRun }) {
  const { t } = useTranslation('policies');
  const { checked, affected, stops } = found;
  const aside = t('dryRun.aside', { installed: count(checked.installed), listings: count(checked.listings) });
  return (
    <Section title={t('dryRun.title')} aside={aside}>
      {stops === 0 ? null : <p role="status">{t('dryRun.stops', { count: stops, number: count(stops) })}</p>}
      {affected.length === 0 ? <Empty>{t('dryRun.none')}</Empty> : null}
      <ul>
        {affected.map((each) => (
          <Affected key={`${String(each.installed)} ${each.publisher} ${each.plugin}`} about={each} />
        ))}
      </ul>
    </Section>
  );
}

const tones: Record<'denied' | 'part' | 'allowed', Tone> = { denied: 'failed', part: 'waits', allowed: 'running' };

function Affected({ about }: { about: PolicyEffectOnPlugin }) {
  const { t } = useTranslation('policies');
  const { name, publisher, version, installed, decision, permissions, hosts } = about;
  const what = decision.effect === 'deny' ? 'denied' : permissions.length > 0 || hosts.length > 0 ? 'part' : 'allowed';
  return (
    <li className={rows.row}>
      <div className={rows.what}>
        <span className={css.name}>{name}</span>
        <p className={css.reason}>
          {publisher} · {version} · {installed ? t('dryRun.installed') : t('dryRun.listing')}
        </p>
        {what === 'part' ? null : <p className={css.reason}>{decision.why}</p>}
        {permissions.map(({ permission, decision: { why } }) => (
          <p key={permission} className={css.reason}>
            {t('dryRun.permission', { permission, why })}
          </p>
        ))}
        {hosts.map(({ host, partly, decision: { why } }) => (
          <p key={host} className={css.reason}>
            {t(partly ? 'dryRun.hostPartly' : 'dryRun.host', { host, why })}
          </p>
        ))}
      </div>
      <State tone={tones[what]} words={t(`dryRun.${what}`)} />
    </li>
  );
}
