import type { Exposure } from '@proofpix/contract/api/exposures';
import { routes } from '@proofpix/contract/routes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { bytes, count, listed, shortHash, timeWithZone } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { StatRow } from '../../ui/stat-row.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './exposure-page.module.css';
import { ServerExposed } from './server-exposed.tsx';

function exposureQuery(digest: string) {
  return queryOptions({
    queryKey: ['exposures', digest],
    queryFn: ({ signal }) => call(routes.exposures.get, { params: { digest }, signal }),
  });
}

/** What one version of a plugin did: for the day on which somebody says that it was bad. */
export function ExposurePage() {
  const { t } = useTranslation('exposures');
  const { t: security } = useTranslation('security');
  const { digest = '' } = useParams();
  const { may } = useAccount();
  usePageTitle(t('title'));
  const isDigest = /^[0-9a-f]{64}$/.test(digest);
  return (
    <>
      <TopBar title={t('title')} parents={<Link to={paths.security}>{security('title')}</Link>} />
      <main id="main" className={css.page}>
        {isDigest ? (
          <p className={css.digest}>
            {t('package')} <code title={digest}>{shortHash(digest)}</code>
            <CopyText text={digest} what={t('digest')} />
          </p>
        ) : (
          <Empty>{t('invalid')}</Empty>
        )}
        {isDigest && may('security:read') ? <Own digest={digest} /> : null}
        {isDigest && may('server:operate') ? <ServerExposed digest={digest} /> : null}
        {may('security:read') || may('server:operate') ? null : <Empty>{t('hidden')}</Empty>}
      </main>
    </>
  );
}

function Own({ digest }: { digest: string }) {
  const { t } = useTranslation('exposures');
  const { data, error, refetch } = useQuery(exposureQuery(digest));
  return (
    <>
      <Section
        title={t('own')}
        aside={t('exportHelp')}
        actions={
          <a href={routes.exposures.export.path.replace(':digest', digest)} download>
            {t('export')}
          </a>
        }
      >
        {data === undefined && error === null ? <LoadingRows rows={4} label={t('loading')} /> : null}
        {data === undefined && error !== null ? (
          <ErrorNotice title={t('failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : <Figures exposure={data} />}
      </Section>
      {data === undefined ? null : <Given exposure={data} />}
      {data === undefined ? null : <NotKnown exposure={data} />}
    </>
  );
}

function Figures({ exposure }: { exposure: Exposure }) {
  const { t } = useTranslation('exposures');
  const { runs, photos, findings, bytesRead, bytesWritten, firstRunAt, lastRunAt, members, formerMembers } = exposure;
  const hosts = Object.entries(exposure.hosts);
  if (runs === 0) return <Empty>{t('never')}</Empty>;
  return (
    <>
      <StatRow
        stats={[
          { label: t('runs'), value: count(runs) },
          { label: t('photos'), value: count(photos) },
          { label: t('findings'), value: count(findings) },
          { label: t('read'), value: bytes(bytesRead) },
          { label: t('written'), value: bytes(bytesWritten) },
        ]}
      />
      <DescriptionList
        facts={[
          { label: t('first'), value: firstRunAt === null ? t('none') : timeWithZone(firstRunAt) },
          { label: t('last'), value: lastRunAt === null ? t('none') : timeWithZone(lastRunAt) },
          {
            label: t('hosts'),
            value: (
              <Lines
                lines={hosts.map(([host, number]) => t('requests', { count: number, host, number: count(number) }))}
              />
            ),
          },
          {
            label: t('members'),
            value: (
              <Lines
                lines={[
                  ...members.map(({ name, runs: of }) => t('member', { count: of, name, number: count(of) })),
                  ...(formerMembers === 0 ? [] : [t('former', { count: formerMembers, number: count(formerMembers) })]),
                ]}
              />
            ),
          },
        ]}
      />
    </>
  );
}

function Given({ exposure: { installed } }: { exposure: Exposure }) {
  const { t } = useTranslation('exposures');
  const words = (all: readonly string[]) => (all.length === 0 ? t('nobody') : listed(all));
  return (
    <Section title={t('given')}>
      {installed === null ? (
        <Empty>{t('notInstalled')}</Empty>
      ) : (
        <DescriptionList
          facts={[
            {
              label: t('installed'),
              value: (
                <Link to={paths.plugin(installed.plugin)}>
                  {installed.plugin} {installed.version}
                </Link>
              ),
            },
            { label: t('granted'), value: words(installed.granted) },
            {
              label: t('stored'),
              value: t('storedValue', { number: count(installed.storedKeys), size: bytes(installed.storedBytes) }),
            },
            { label: t('secrets'), value: words(installed.secrets) },
            { label: t('providers'), value: words(installed.providers) },
          ]}
        />
      )}
    </Section>
  );
}

function NotKnown({ exposure: { keptSince } }: { exposure: Exposure }) {
  const { t } = useTranslation('exposures');
  return (
    <Section title={t('notKnown')}>
      <ul className={css.lines}>
        <li>{keptSince === null ? t('nothingKept') : t('keptSince', { time: timeWithZone(keptSince) })}</li>
        {(['deleted', 'outside', 'bytes', 'elsewhere'] as const).map((gap) => (
          <li key={gap}>{t(`gap.${gap}`)}</li>
        ))}
      </ul>
    </Section>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  const { t } = useTranslation('exposures');
  if (lines.length === 0) return t('nobody');
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
