import type { Offer } from '@proofpix/contract/api/purchases';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { timeInList } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { BuyDialog } from './buy-dialog.tsx';
import { usePriceWords } from './price-words.ts';
import css from './purchases.module.css';
import { offerQuery, usePurchase } from './queries.ts';

type Props = { publisher: string; plugin: string; name: string };

/** What a plugin costs the organisation, what it has of it, and how it gets it. */
export function PriceSection(named: Props) {
  const { t } = useTranslation('purchases');
  const offer = useQuery(offerQuery(named.publisher, named.plugin));
  if (offer.data !== undefined)
    return (
      <Section title={t('price.title')}>
        <OfferBody {...named} offer={offer.data} />
      </Section>
    );
  if (!offer.isError) return null;
  return (
    <Section title={t('price.title')}>
      <ErrorNotice title={t('price.failed')} action={<TryAgain onTry={offer.refetch} />}>
        {problemText(offer.error)}
      </ErrorNotice>
    </Section>
  );
}

function OfferBody({ publisher, plugin, name, offer }: Props & { offer: Offer }) {
  const { t } = useTranslation('purchases');
  const { may } = useAccount();
  const words = usePriceWords();
  const [buying, setBuying] = useState(false);
  const begin = usePurchase(() => call(routes.purchases.trial, { body: { publisher, plugin } }));
  const { licence, trial, countries } = offer;
  const price = offer.agreed ?? offer.price;
  if (price === null || price.kind === 'free') return <p>{t('price.free')}</p>;
  const forGood = licence?.kind === 'paid' && licence.state === 'valid' && licence.endsAt === null;
  const why = !may('purchases:manage') ? t('restricted') : countries.length === 0 ? t('notSold') : undefined;
  return (
    <div className={css.price}>
      <p className={css.amount}>{words(price)}</p>
      {licence === null ? null : <LicenceText licence={licence} />}
      {forGood ? null : (
        <>
          <div className={css.buttons}>
            <Button disabled={why !== undefined} onClick={() => setBuying(true)}>
              {licence?.kind === 'paid' && licence.state !== 'withdrawn' ? t('buy.again') : t('buy.open')}
            </Button>
            {trial === 'open' && offer.price !== null ? (
              <Button
                disabled={!may('purchases:manage')}
                loading={begin.isPending}
                onClick={() => begin.mutate(undefined)}
              >
                {t('trial', { count: offer.price.trialDays })}
              </Button>
            ) : null}
          </div>
          {why === undefined ? null : <p className={css.quiet}>{why}</p>}
        </>
      )}
      {begin.error === null ? null : (
        <ErrorNotice title={t('trialFailed')} code={problemCode(begin.error)}>
          {problemText(begin.error)}
        </ErrorNotice>
      )}
      {buying ? (
        <BuyDialog {...{ publisher, plugin, name, price }} offer={offer} onClose={() => setBuying(false)} />
      ) : null}
    </div>
  );
}

function LicenceText({ licence: { kind, state, endsAt } }: { licence: NonNullable<Offer['licence']> }) {
  const { t } = useTranslation('purchases');
  const until = endsAt === null ? 'forGood' : 'until';
  const time = endsAt === null ? '' : timeInList(endsAt);
  return (
    <p className={css.quiet}>{state === 'valid' ? t(`licence.${kind}.${until}`, { time }) : t(`licence.${state}`)}</p>
  );
}
