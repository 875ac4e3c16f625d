import { Button, NativeSelect } from '@mantine/core';
import { sortOrders } from '@proofpix/contract/ranking';
import type { RouteReply } from '@proofpix/contract/route';
import type { routes } from '@proofpix/contract/routes';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { count } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { AddPlugin, useAddPlugin } from '../plugins/install/add-plugin.tsx';
import { useRestriction } from '../plugins/use-restriction.ts';
import { Cards } from './cards.tsx';
import discovery from './discovery.module.css';
import { Facets } from './facets.tsx';
import { Followed } from './followed.tsx';
import css from './marketplace.module.css';
import { searchQuery, type Listing } from './queries.ts';
import { SearchBox } from './search-box.tsx';
import { StartSections } from './start-sections.tsx';
import { isFiltered, useMarketSearch } from './use-market-search.ts';

/** All that this server offers: what was published here, and what comes with it. The address holds the search. */
export function MarketplacePage() {
  const { t } = useTranslation('marketplace');
  usePageTitle(t('title'));
  const { may } = useAccount();
  return (
    <AddPlugin>
      <TopBar title={t('title')} />
      <main id="main">{may('plugins:read') ? <Search /> : <p className={css.closed}>{t('closed')}</p>}</main>
    </AddPlugin>
  );
}

function Search() {
  const { t } = useTranslation('marketplace');
  const add = useAddPlugin();
  const restriction = useRestriction();
  const market = useMarketSearch();
  const { filter } = market;
  const found = useInfiniteQuery({ ...searchQuery(filter), placeholderData: keepPreviousData });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const [first] = found.data?.pages ?? [];
  const narrowed = filter.q !== '' || isFiltered(filter);
  const cards = (listings: readonly Listing[]) => (
    <Cards
      listings={listings}
      closed={restriction !== undefined}
      onOpen={({ source, publisher, pluginId, version, name }) => add({ source, publisher, pluginId, version, name })}
    />
  );
  return (
    <div className={css.wide}>
      <SearchBox typed={market.typed} onType={market.setTyped} onSearch={market.search} />
      {restriction === undefined ? null : <p className={css.why}>{restriction}</p>}
      <Followed />
      {!narrowed && filter.sort === 'relevance' && first !== undefined && first.total > fewPlugins ? (
        <StartSections show={cards} onSort={market.sort} />
      ) : null}
      {found.isPending ? <LoadingRows rows={6} label={t('loading')} /> : null}
      {found.isError && found.data === undefined ? (
        <ErrorNotice title={t('failed')} code={problemCode(found.error)} action={<TryAgain onTry={found.refetch} />}>
          {problemText(found.error)}
        </ErrorNotice>
      ) : null}
      {first === undefined ? null : (
        <div className={discovery.columns}>
          <Facets counts={first.facets} filter={filter} onToggle={market.toggle} onClear={market.clearFilters} />
          <div>
            <div className={discovery.bar}>
              <p role="status">
                {items.length === 0
                  ? null
                  : t(first.totalIsLowerBound ? 'countMore' : 'count', {
                      count: first.total,
                      number: count(first.total),
                    })}
              </p>
              <NativeSelect
                className={discovery.sort ?? ''}
                aria-label={t('sort.label')}
                value={filter.sort}
                onChange={({ currentTarget }) => market.sort(currentTarget.value)}
                data={sortOrders.map((value) => ({ value, label: t(`sort.${value}`) }))}
              />
            </div>
            <Meant asked={filter.q} reply={first} onSearch={market.search} />
            {items.length > 0 ? (
              // Cards are headings of the third level.
              <h2 className="visually-hidden">{t('plugins')}</h2>
            ) : narrowed ? (
              <Empty action={<Button onClick={market.clear}>{t('showAll')}</Button>}>
                {filter.q === '' ? t('noneLeft') : t('noMatch', { search: filter.q })}
              </Empty>
            ) : (
              <Empty>{t('none')}</Empty>
            )}
            {cards(items)}
            <LoadMore
              query={found}
              failed={
                found.isFetchNextPageError
                  ? { text: problemText(found.error), code: problemCode(found.error) }
                  : undefined
              }
            />
          </div>
        </div>
      )}
    </div>
  );
}

/** Fewer are seen at once: sections of them would say everything twice. */
const fewPlugins = 12;

type MeantProps = {
  asked: string;
  reply: Pick<RouteReply<typeof routes.marketplace.search>, 'searched' | 'matched' | 'didYouMean'>;
  onSearch: (text: string) => void;
};

/** What was looked for instead, and what may have been meant. */
function Meant({ asked, reply: { searched, matched, didYouMean }, onSearch }: MeantProps) {
  const { t } = useTranslation('marketplace');
  if (asked === '') return null;
  const replaced = didYouMean !== null && didYouMean === searched;
  return (
    <>
      {replaced ? <p className={discovery.meant}>{t('searchedInstead', { searched, search: asked })}</p> : null}
      {didYouMean !== null && !replaced ? (
        <p className={discovery.meant}>
          {t('didYouMean')}{' '}
          <button type="button" className={discovery.link} onClick={() => onSearch(didYouMean)}>
            {didYouMean}
          </button>
        </p>
      ) : null}
      {matched === 'any' ? <p className={discovery.meant}>{t('matchedAny')}</p> : null}
    </>
  );
}
