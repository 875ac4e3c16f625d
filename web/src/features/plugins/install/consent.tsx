import type { PackageInspection } from '@proofpix/contract/inspection';
import type { Permission } from '@proofpix/contract/permissions';
import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { CopyText } from '../../../ui/copy-text.tsx';
import { DescriptionList } from '../../../ui/description-list.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { bytes, count, listed, shortHash } from '../../../ui/format.ts';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { permissionSentence, withoutPermission } from '../permission-words.ts';
import { ScanFindings } from '../scan/scan-findings.tsx';
import { VerdictBand } from '../scan/verdict-band.tsx';
import { signatureSentence } from '../signature-words.ts';
import css from './install-dialog.module.css';
import type { PackageSource } from './package-source.ts';
import { ScanBar } from './scan-progress.tsx';
import { useInstall } from './use-install.ts';

type Props = { source: PackageSource; found: PackageInspection; onClose: () => void };

/** Opens with nothing ticked but what was granted before to what is installed; what is not ticked is refused. */
export function Consent({ source, found, onClose }: Props) {
  const { t } = useTranslation('plugins');
  const install = useInstall(source, found, onClose);
  const asked = found.permissions.map(({ permission }) => permission);
  const [ticked, setTicked] = useState<ReadonlySet<Permission>>(
    () => new Set(found.permissions.filter((each) => each.decision === 'granted' && !each.isNew).map(nameOf)),
  );
  const hosts = found.hosts.map(({ host }) => host);
  const [looked, setLooked] = useState(false);
  const { verdict, result } = found.scan;
  const obstacle = obstacleOf(found, looked, t);
  const all = ticked.size === asked.length;
  return (
    <Dialog title={titleOf(found, t)} onClose={onClose}>
      <p className={css.intro} tabIndex={-1} data-autofocus>
        {asked.length === 0
          ? t('install.asksNothing', { author: found.author })
          : t('install.asks', { author: found.author, count: asked.length })}{' '}
        {asked.length === 0 || all ? null : (
          <button type="button" className={css.all} onClick={() => setTicked(new Set(asked))}>
            {t('install.tickAll')}
          </button>
        )}
      </p>
      <ul className={css.permissions}>
        {found.permissions.map(({ permission, reason, hooks, isNew }) => (
          <li key={permission} className={css.permission}>
            <Checkbox
              label={permissionSentence(permission, hosts, t)}
              description={[
                ...(isNew && found.installed !== null ? [t('install.isNew')] : []),
                reason ?? withoutPermission(permission, hooks, t),
              ].join(' ')}
              checked={ticked.has(permission)}
              onChange={(event) => setTicked(toggled(ticked, permission, event.currentTarget.checked))}
            />
          </li>
        ))}
      </ul>
      <VerdictBand verdict={verdict} result={result} />
      <ScanFindings result={result} />
      {verdict === 'review' ? (
        <Checkbox
          className={css.looked}
          label={t('scan.looked')}
          checked={looked}
          onChange={(event) => setLooked(event.currentTarget.checked)}
        />
      ) : null}
      <div className={css.facts}>
        <DescriptionList dense facts={factsOf(found, t)} />
      </div>
      {[...found.warnings, ...missingOf(found, t)].map((warning) => (
        <p key={warning} className={css.note}>
          {warning}
        </p>
      ))}
      {install.error === null ? null : (
        <ErrorNotice title={t('install.failed', { name: found.name })} code={problemCode(install.error)}>
          {problemText(install.error)}
        </ErrorNotice>
      )}
      {install.progress === null ? null : <ScanBar progress={install.progress} />}
      <div className={`${css.buttons} ${css.foot}`}>
        {obstacle === undefined ? null : (
          <span id="install-obstacle" className={css.why}>
            {obstacle}
          </span>
        )}
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          variant="filled"
          loading={install.isPending}
          disabled={obstacle !== undefined}
          aria-describedby={obstacle === undefined ? undefined : 'install-obstacle'}
          onClick={() => install.mutate({ grants: [...ticked], acceptReview: looked })}
        >
          {found.installed === null
            ? t('install.action', { count: ticked.size })
            : t('install.update', { count: ticked.size })}
        </Button>
      </div>
    </Dialog>
  );
}

type Translate = ReturnType<typeof useTranslation<'plugins'>>['t'];

function nameOf({ permission }: { permission: Permission }): Permission {
  return permission;
}

function toggled(before: ReadonlySet<Permission>, permission: Permission, on: boolean): ReadonlySet<Permission> {
  const after = new Set(before);
  if (on) after.add(permission);
  else after.delete(permission);
  return after;
}

/** Why it cannot be installed as things stand. */
function obstacleOf(
  { installed, obstacle, scan }: PackageInspection,
  looked: boolean,
  t: Translate,
): string | undefined {
  if (installed?.isSamePackage === true) return t('install.same');
  // What says more than its code: the entry of the kill list, the rule, the pin.
  const code = obstacle?.code;
  if (code === 'package_killed' || code === 'policy_denied' || code === 'version_pinned') return obstacle?.message;
  if (code !== undefined) return t(`obstacle.${code}`);
  if (scan.verdict === 'block') return t('scan.blocked');
  return scan.verdict === 'review' && !looked ? t('scan.tickFirst') : undefined;
}

function titleOf({ name, version, installed, step }: PackageInspection, t: Translate): string {
  if (installed === null) return t('install.title', { name, version });
  const from = installed.version;
  return step === 'downgrade'
    ? t('install.titleBack', { name, version, from })
    : t('install.titleUpdate', { name, version, from });
}

function factsOf(found: PackageInspection, t: Translate) {
  const fresh = found.hosts.filter(({ isNew }) => isNew).map(({ host }) => host);
  return [
    {
      label: t('install.hosts'),
      value:
        found.hosts.length === 0
          ? t('install.noHosts')
          : `${listed(found.hosts.map(({ host }) => host))}${
              found.installed !== null && fresh.length > 0
                ? ` (${t('install.newHosts', { hosts: listed(fresh) })})`
                : ''
            }`,
    },
    { label: t('signature.title'), value: signatureSentence(found, t) },
    { label: t('dependencies.title'), value: dependenciesSentence(found, t) },
    {
      label: t('package.digest'),
      value: (
        <span className={css.hash}>
          <code className={css.digest}>{shortHash(found.digest)}</code>
          <CopyText text={found.digest} what={t('package.digest')} />
        </span>
      ),
    },
    { label: t('package.size'), value: t('install.size', { size: bytes(found.size), count: found.files }) },
  ];
}

/** What is known against the npm packages in it; each advisory is among the findings above. */
function dependenciesSentence({ vulnerabilities }: PackageInspection, t: Translate): string {
  const { state, reason, source, components } = vulnerabilities;
  if (components === 0) return t('dependencies.none');
  const number = t('dependencies.count', { count: components, number: count(components) });
  const why = state === 'none_known' || reason === null ? source : reason;
  return [`${number}.`, t(`dependencies.state.${state}`), ...(why === null ? [] : [`(${why})`])].join(' ');
}

/** Plugins that its manifest names and that are not there. */
function missingOf({ dependencies }: PackageInspection, t: Translate): string[] {
  return dependencies
    .filter(({ installed }) => installed === null)
    .map(({ plugin, range }) => t('install.missing', { plugin, range }));
}
