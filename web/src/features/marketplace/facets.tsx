import type { Facets as FacetCounts } from '@proofpix/contract/api/marketplace';
import { Button, Checkbox } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { count } from '../../ui/format.ts';
import css from './discovery.module.css';
import { facetNames, isFiltered, type FacetName, type MarketFilter } from './use-market-search.ts';

type Props = {
  counts: FacetCounts;
  filter: MarketFilter;
  onToggle: (name: FacetName, value: string) => void;
  onClear: () => void;
};

/** What the list can be narrowed to, with what each would leave. On a phone they open on demand. */
export function Facets({ counts, filter, onToggle, onClear }: Props) {
  const { t } = useTranslation('marketplace');
  const [open, setOpen] = useState(() => isFiltered(filter));
  const chosen = facetNames.reduce((sum, name) => sum + filter[name].length, 0);
  return (
    <div className={css.facets}>
      <Button
        className={css.openFacets ?? ''}
        aria-expanded={open}
        aria-controls="market-facets"
        onClick={() => setOpen(!open)}
      >
        {chosen === 0 ? t('facet.open') : t('facet.openChosen', { count: chosen })}
      </Button>
      <div
        id="market-facets"
        className={css.groups}
        data-open={open || undefined}
        role="group"
        aria-label={t('facet.title')}
      >
        {facetNames.map((name) => {
          const values = withChosen(counts[name], filter[name]);
          // One source is no choice.
          if (values.length === 0 || (name === 'source' && values.length === 1 && filter.source.length === 0))
            return null;
          return (
            <fieldset key={name} className={css.group}>
              <legend className={css.legend}>{t(`facet.${name}`)}</legend>
              {values.map((each) => (
                <Checkbox
                  key={each.value}
                  size="xs"
                  classNames={{ body: css.body ?? '', labelWrapper: css.labelWrapper ?? '' }}
                  checked={filter[name].some((value) => value === each.value)}
                  onChange={() => onToggle(name, each.value)}
                  label={
                    <span className={css.valueLabel}>
                      <span>{valueWord(name, each.value, t)}</span>
                      <span className={css.number}>{count(each.count)}</span>
                    </span>
                  }
                />
              ))}
            </fieldset>
          );
        })}
        {chosen === 0 ? null : <Button onClick={onClear}>{t('facet.clear')}</Button>}
      </div>
    </div>
  );
}

/** What is chosen can be taken back, also where it leaves nothing. */
function withChosen(counts: FacetCounts[FacetName], chosen: readonly string[]): FacetCounts[FacetName] {
  const missing = chosen.filter((value) => counts.every((each) => each.value !== value));
  return [...counts, ...missing.map((value) => ({ value, count: 0 }))];
}

/** Names of publishers and sources are as they are. */
function valueWord(name: FacetName, value: string, t: TFunction<'marketplace'>): string {
  if (name === 'publisher' || name === 'source') return value;
  return t(`facet.${name}Is.${value}` as 'facet.typeIs.utility', { defaultValue: value }); // every value has one; a newer server may have more
}
