import { routes } from '@proofpix/contract/routes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { count, listed, timeWithZone } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './exposure-page.module.css';

function serverExposureQuery(digest: string) {
  return queryOptions({
    queryKey: ['exposures', 'server', digest],
    queryFn: ({ signal }) => call(routes.exposures.all, { params: { digest }, signal }),
  });
}

/** For those who run the server: whom they have to tell. Numbers only. */
export function ServerExposed({ digest }: { digest: string }) {
  const { t } = useTranslation('exposures');
  const { data, error, refetch } = useQuery(serverExposureQuery(digest));
  const shown = data?.organisations ?? [];
  return (
    <Section
      title={t('all')}
      aside={
        data !== undefined && data.organisationsTotal > shown.length
          ? t('cut', { shown: count(shown.length), number: count(data.organisationsTotal) })
          : t('exportHelp')
      }
      actions={
        <a href={routes.exposures.exportAll.path.replace(':digest', digest)} download>
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
      {data !== undefined && shown.length === 0 ? <Empty>{t('neverAll')}</Empty> : null}
      <ul>
        {shown.map(({ id, name, installed, runs, photos, lastRunAt, hosts }) => (
          <ListRow
            key={id}
            what={
              <>
                <span className={css.name}>{name}</span>
                <p className={css.quiet}>
                  {t('runs')} {count(runs)} · {t('photos')} {count(photos)} · {t('last')}{' '}
                  {lastRunAt === null ? t('none') : timeWithZone(lastRunAt)} · {t('hosts')}{' '}
                  {Object.keys(hosts).length === 0 ? t('nobody') : listed(Object.keys(hosts))}
                </p>
              </>
            }
          >
            {installed ? <State tone="stopped" words={t('installed')} /> : null}
          </ListRow>
        ))}
      </ul>
    </Section>
  );
}
