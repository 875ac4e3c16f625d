import { routeUrl } from '@proofpix/contract/client';
import type { ComponentAdvisory, PluginComponent, PluginVulnerabilities } from '@proofpix/contract/dependencies';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { count, timeWithZone } from '../../../ui/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { Severity } from '../../security/severity.tsx';
import { vulnerabilitiesQuery } from '../queries.ts';
import facts from '../receipt/facts.module.css';
import css from './dependencies.module.css';

/** Before somebody asks for all. */
const shownAtFirst = 12;
const order = ['affected', 'unknown', 'not_affected'];

/** What a plugin brings with it, under which licences, and what is known against it. Unknown is not none. */
export function Dependencies({ id }: { id: string }) {
  const { t } = useTranslation('plugins');
  const { data, error } = useQuery(vulnerabilitiesQuery(id));
  return (
    <Section
      title={t('dependencies.title')}
      aside={
        data === undefined
          ? undefined
          : t('dependencies.count', { count: data.components.length, number: count(data.components.length) })
      }
      actions={
        <a href={routeUrl(routes.plugins.sbom, { id })} download>
          {t('dependencies.sbom')}
        </a>
      }
    >
      {data === undefined && error === null ? <LoadingRows rows={2} label={t('dependencies.loading')} /> : null}
      {data === undefined && error !== null ? (
        <ErrorNotice title={t('dependencies.failed')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {data === undefined ? null : <Known known={data} />}
    </Section>
  );
}

function Known({ known }: { known: PluginVulnerabilities }) {
  const { t } = useTranslation('plugins');
  const [isWhole, setWhole] = useState(false);
  const sorted = known.components.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const shown = isWhole ? sorted : sorted.slice(0, shownAtFirst);
  const kind = known.state === 'affected' ? 'strong' : known.state === 'unknown' ? 'note' : 'nothing';
  const where =
    known.auditedAt === null || known.source === null
      ? ''
      : t('dependencies.asked', { source: known.source, time: timeWithZone(known.auditedAt) });
  return (
    <>
      <ul className={facts.marks}>
        <li>
          <Mark kind={kind} />
          <span>
            {t(`dependencies.state.${known.state}`)} {known.state === 'none_known' ? '' : known.reason} {where}
          </span>
        </li>
        {known.gaps.map(({ file, message }) => (
          <li key={`${file} ${message}`}>
            <Mark kind="possible" />
            <span>{t('dependencies.gap', { what: file === '' ? message : `${file}: ${message}` })}</span>
          </li>
        ))}
      </ul>
      {known.components.length === 0 && known.auditedAt !== null ? <Empty>{t('dependencies.none')}</Empty> : null}
      <dl className={facts.facts}>
        {shown.map((component) => (
          <Row key={component.purl} component={component} />
        ))}
      </dl>
      {shown.length === sorted.length ? null : (
        <Button variant="default" mt="sm" onClick={() => setWhole(true)}>
          {t('dependencies.all', { number: count(sorted.length) })}
        </Button>
      )}
    </>
  );
}

function Row({ component }: { component: PluginComponent }) {
  const { t } = useTranslation('plugins');
  const { name, version, license, seen, state, advisories } = component;
  return (
    <div className={facts.row}>
      <dt>
        {name} {version ?? t('dependencies.noVersion')}
      </dt>
      <dd>
        {license ?? t('dependencies.noLicence')}
        {advisories.length === 0 ? null : (
          <ul className={css.advisories}>
            {advisories.map((advisory) => (
              <Advisory key={advisory.id} advisory={advisory} />
            ))}
          </ul>
        )}
      </dd>
      <dd className={facts.source}>
        {state === 'not_affected'
          ? seen.map((how) => t(`dependencies.seen.${how}`)).join(', ')
          : t(`dependencies.of.${state}`)}
      </dd>
    </div>
  );
}

function Advisory({ advisory }: { advisory: ComponentAdvisory }) {
  const { t } = useTranslation('plugins');
  const { id, malicious, severity, summary, fixed, link } = advisory;
  return (
    <li>
      {malicious ? (
        <span className={css.malicious}>
          <Mark kind="strong" /> {t('dependencies.malicious')}
        </span>
      ) : severity === 'unknown' ? (
        t('dependencies.noSeverity')
      ) : (
        <Severity severity={severity} />
      )}{' '}
      <a href={link} target="_blank" rel="noopener noreferrer">
        {id}
      </a>{' '}
      {summary} {fixed === null ? t('dependencies.noFix') : t('dependencies.fixed', { version: fixed })}
    </li>
  );
}
