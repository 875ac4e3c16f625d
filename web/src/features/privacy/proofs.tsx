import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { count, timeWithZone } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './privacy-page.module.css';
import { proofsQuery } from './queries.ts';

/** What the jobs of the day deleted, as it is signed. */
export function Proofs() {
  const { t } = useTranslation('privacy');
  const queryClient = useQueryClient();
  const manage = useAccount().may('privacy:manage');
  const { data, error, isPending, refetch } = useQuery(proofsQuery);
  const run = useMutation({
    mutationFn: () => call(routes.privacy.runRetention),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: proofsQuery.queryKey }),
  });
  return (
    <Section
      title={t('proofs.title')}
      actions={
        manage ? (
          <Button loading={run.isPending} onClick={() => run.mutate()}>
            {t('proofs.run')}
          </Button>
        ) : undefined
      }
    >
      <p className={css.text}>{t('proofs.text')}</p>
      {isPending ? <LoadingRows rows={2} label={t('loading')} /> : null}
      {(error ?? run.error) === null ? null : (
        <ErrorNotice
          title={t('proofs.failed')}
          code={problemCode(error ?? run.error)}
          action={<TryAgain onTry={refetch} />}
        >
          {problemText(error ?? run.error)}
        </ErrorNotice>
      )}
      {data?.length === 0 ? <p className={css.text}>{t('proofs.none')}</p> : null}
      <ul className={css.list}>
        {(data ?? []).map((proof) => {
          const some = proof.deleted.filter(({ deleted }) => deleted > 0);
          const words = some.map(({ kind, deleted }) => `${t(`kinds.${kind}.name`)}: ${count(deleted)}`);
          return (
            <li key={proof.id} className={css.row}>
              <div className={css.what}>
                <p className={css.name}>
                  <time dateTime={proof.at}>{timeWithZone(proof.at)}</time>
                </p>
                <p className={css.detail}>{words.length === 0 ? t('proofs.nothing') : words.join(' · ')}</p>
              </div>
              <a
                href={`data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(proof, null, 2))}`}
                download={`retention-${proof.at.slice(0, 10)}.json`}
                aria-label={t('proofs.downloadOf', { time: timeWithZone(proof.at) })}
              >
                {t('proofs.download')}
              </a>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
