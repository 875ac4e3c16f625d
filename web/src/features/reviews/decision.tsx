import type { Submission } from '@proofpix/contract/api/submissions';
import { reviewChecks, type ReviewCheck } from '@proofpix/contract/publishing';
import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes, shortHash } from '../../ui/format.ts';
import { permissionSentence } from '../plugins/permission-words.ts';
import css from './reviews.module.css';

type Props = {
  submission: Submission;
  checks: readonly ReviewCheck[];
  onChecks: (checks: readonly ReviewCheck[]) => void;
  buttons: ReactNode;
};

/** What it reaches, compared with the last release, and what a reviewer confirms. */
export function Decision({ submission, checks, onChecks, buttons }: Props) {
  const { t } = useTranslation('reviews');
  const { t: plugins } = useTranslation('plugins');
  const { difference, permissions, hosts, approvals, claimed, digest, size, signed } = submission;
  const mine = claimed?.byYou === true;
  return (
    <>
      <Part title={t('reach.permissions')}>
        <Compared
          now={permissions.map((name) => ({ name, words: permissionSentence(name, hosts, plugins) }))}
          change={difference?.permissions}
          wordsOf={(name) => permissionSentence(name, hosts, plugins)}
          none={plugins('permissions.none')}
        />
      </Part>
      <Part title={t('reach.hosts')}>
        <Compared now={named(hosts)} change={difference?.hosts} none={t('reach.noHosts')} />
      </Part>
      {difference === null ? null : (
        <>
          <Part title={t('reach.hooks')}>
            <Compared now={named(difference.hooks.added)} change={difference.hooks} none={t('reach.asBefore')} />
          </Part>
          <Part title={t('reach.components')}>
            <Compared
              now={named(difference.components.added)}
              change={difference.components}
              none={t('reach.asBefore')}
            />
          </Part>
        </>
      )}
      <Part title={t('package')}>
        <dl className={css.packageFacts}>
          <div>
            <dt>{t('size')}</dt>
            <dd>{bytes(size)}</dd>
          </div>
          <div>
            <dt>{t('signature')}</dt>
            <dd>{t(signed ? 'signed' : 'unsigned')}</dd>
          </div>
          {digest === null ? null : (
            <div>
              <dt>{t('digest')}</dt>
              <dd>
                <code title={digest}>{shortHash(digest)}</code>
              </dd>
            </div>
          )}
        </dl>
      </Part>
      <Part title={t('checklist.title')}>
        <div className={css.checks}>
          {reviewChecks.map((check) => (
            <Checkbox
              key={check}
              label={t(`checklist.${check}`)}
              disabled={!mine}
              checked={checks.includes(check)}
              onChange={({ currentTarget }) =>
                onChecks(currentTarget.checked ? [...checks, check] : checks.filter((other) => other !== check))
              }
            />
          ))}
        </div>
        {mine ? null : <p className={css.quiet}>{t('checklist.claimFirst')}</p>}
      </Part>
      <Part title={t('approvals.title')}>
        <p className={css.approvals}>{t('approvals.of', { given: approvals.given, needed: approvals.needed })}</p>
        <p className={css.quiet}>{t(approvals.needed === 2 ? 'approvals.two' : 'approvals.one')}</p>
      </Part>
      <div className={css.phoneActions}>{buttons}</div>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.part} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

type Item = { name: string; words: string };

function named(names: readonly string[]): Item[] {
  return names.map((name) => ({ name, words: name }));
}

type ComparedProps<Name extends string> = {
  now: readonly Item[];
  /** Without it nothing was released before: all of it is new, and nothing says so. */
  change: { added: readonly string[]; removed: readonly Name[] } | undefined;
  /** What is gone is told in the same words. */
  wordsOf?: (name: Name) => string;
  none: string;
};

/** Each with whether it was there before; what is gone stands at the end. */
function Compared<Name extends string>({ now, change, wordsOf, none }: ComparedProps<Name>) {
  const { t } = useTranslation('reviews');
  const gone = change?.removed ?? [];
  if (now.length + gone.length === 0) return <p className={css.quiet}>{none}</p>;
  return (
    <ul>
      {now.map(({ name, words }) => (
        <li key={name} className={css.compared}>
          <span>{words}</span>
          {change === undefined ? null : change.added.includes(name) ? (
            <span className={css.new}>{t('reach.new')}</span>
          ) : (
            <span className={css.quiet}>{t('reach.asBefore')}</span>
          )}
        </li>
      ))}
      {gone.map((name) => (
        <li key={name} className={css.compared}>
          <del>{wordsOf?.(name) ?? name}</del>
          <span className={css.quiet}>{t('reach.gone')}</span>
        </li>
      ))}
    </ul>
  );
}
