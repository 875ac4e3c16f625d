import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../ui/section.tsx';
import css from './discovery.module.css';
import { featuredQuery, orderedQuery, type Listing } from './queries.ts';

type Props = { show: (listings: readonly Listing[]) => ReactNode; onSort: (order: string) => void };

const shown = 3;

/** Before anything is looked for. A section that has nothing to say is not there. */
export function StartSections({ show, onSort }: Props) {
  const { t } = useTranslation('marketplace');
  const featured = useQuery(featuredQuery);
  const used = useQuery(orderedQuery('most-used'));
  const trending = useQuery(orderedQuery('trending'));
  const newest = useQuery(orderedQuery('new'));
  const sections = [
    { id: 'featured', items: featured.data?.items, sort: null },
    { id: 'most-used', items: used.data?.items.filter(({ usedBy }) => usedBy > 0), sort: 'most-used' },
    { id: 'trending', items: trending.data?.items.filter((each) => each.trending), sort: 'trending' },
    { id: 'new', items: newest.data?.items, sort: 'new' },
  ] as const;
  return sections.map(({ id, items = [], sort }) =>
    items.length === 0 ? null : (
      <Section
        key={id}
        title={t(`sections.${id}`)}
        actions={
          sort === null ? undefined : (
            <Button size="xs" className={css.allOf ?? ''} onClick={() => onSort(sort)}>
              {t(`sections.all-${sort}`)}
            </Button>
          )
        }
      >
        {show(items.slice(0, shown))}
      </Section>
    ),
  );
}
