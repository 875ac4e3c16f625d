import type { Release } from '@proofpix/contract/api/releases';
import type { Trial } from '@proofpix/contract/api/trials';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { bytes, count, duration } from '../../ui/format.ts';
import { Mark } from '../../ui/mark.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useAccount } from '../accounts/queries.ts';
import { Measured } from './behaviour.tsx';
import css from './marketplace.module.css';
import type { NamedRelease } from './release-parts.tsx';

const why = 'trial-restriction';

/** On one photo, with nothing kept: before anybody asks an admin for it. */
export function TryPlugin({ named, release }: { named: NamedRelease; release: Release }) {
  const { t } = useTranslation('listing');
  const { may } = useAccount();
  const input = useRef<HTMLInputElement>(null);
  const params = named;
  const trial = useMutation({
    mutationFn: (photo: File | null) => {
      if (photo === null) return call(routes.trials.run, { params, body: { sample: 'lake' } });
      const form = new FormData();
      form.set('photo', photo);
      return call(routes.trials.run, { params, form });
    },
  });
  const dead = release.killed !== null || release.yanked !== null;
  const reason = dead ? t('trial.dead') : may('runs:create') ? undefined : t('trial.denied');
  const closed = reason !== undefined || trial.isPending;
  return (
    <Section title={t('trial.title')}>
      <p className={css.trialText}>{t('trial.text')}</p>
      <div className={css.trialActions}>
        <Button disabled={closed} aria-describedby={why} onClick={() => trial.mutate(null)}>
          {t('trial.sample')}
        </Button>
        <Button disabled={closed} aria-describedby={why} onClick={() => input.current?.click()}>
          {t('trial.own')}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept="image/*"
          aria-label={t('trial.own')}
          onChange={({ currentTarget }) => {
            const [photo] = currentTarget.files ?? [];
            if (photo !== undefined) trial.mutate(photo);
            currentTarget.value = '';
          }}
        />
        <span id={why} className={css.why}>
          {reason ?? t('trial.ownHelp')}
        </span>
      </div>
      {trial.isPending ? <LoadingRows rows={3} label={t('trial.running')} /> : null}
      {trial.error === null ? null : (
        <ErrorNotice title={t('trial.failed')} code={problemCode(trial.error)}>
          {problemText(trial.error)}
        </ErrorNotice>
      )}
      {trial.data === undefined || trial.isPending ? null : <Result trial={trial.data} />}
    </Section>
  );
}

/** Values that are shown: enough to judge by, and a plugin may say ten thousand. */
const shown = 40;
const longest = 300;

function Result({ trial }: { trial: Trial }) {
  const { t } = useTranslation('listing');
  const { file, findings, files, steps, measurement } = trial;
  const metadata = Object.entries(trial.metadata);
  return (
    <div role="status" className={css.trialResult}>
      <h3>{t('trial.result', { name: file.name })}</h3>
      <ul className={css.permissions} aria-label={t('trial.steps')}>
        {steps.map(({ hook, ok, error, milliseconds }) => (
          <li key={hook}>
            {ok
              ? t('trial.ok', { hook, time: duration(milliseconds) })
              : t('trial.notOk', { hook, message: error?.message ?? '' })}
          </li>
        ))}
      </ul>
      <h4>{t('trial.findings')}</h4>
      {findings.length === 0 ? <p className={css.quietLine}>{t('trial.noFindings')}</p> : null}
      <ul className={css.permissions} aria-label={t('trial.findings')}>
        {findings.slice(0, shown).map(({ severity, title, explanation }, index) => (
          // Nothing else tells two findings of a plugin apart.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>
            <span className={css.mark}>
              <Mark kind={severity} />
              <span>
                {/* Characters that turn the direction of a text turn their own one only. */}
                {t(`trial.severity.${severity}`)}: <bdi>{title}</bdi> <bdi>{cut(explanation)}</bdi>
              </span>
            </span>
          </li>
        ))}
      </ul>
      {findings.length > shown ? <p>{t('trial.more', { number: count(findings.length - shown) })}</p> : null}
      <h4>{t('trial.metadata')}</h4>
      {metadata.length === 0 ? <p className={css.quietLine}>{t('trial.noMetadata')}</p> : null}
      <DescriptionList
        facts={metadata.slice(0, shown).map(([label, value]) => ({
          label,
          value: cut(typeof value === 'string' ? value : JSON.stringify(value)),
        }))}
      />
      {metadata.length > shown ? <p>{t('trial.more', { number: count(metadata.length - shown) })}</p> : null}
      {files.length === 0 ? null : (
        <>
          <h4>{t('trial.files')}</h4>
          <ul className={css.permissions}>
            {files.map(({ name, size }) => (
              <li key={name}>
                <bdi>{name}</bdi> {bytes(size)}
              </li>
            ))}
          </ul>
        </>
      )}
      <h4>{t('trial.receipt')}</h4>
      <Measured measurement={measurement} />
    </div>
  );
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
