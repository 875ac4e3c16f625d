import type { Json } from '@proofpix/contract/json';
import type { Run } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { count } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { byImportance, tagName, valueText } from '../result/tag-words.ts';
import css from './compare-page.module.css';

type Row = { tag: string; left: Json | undefined; right: Json | undefined; differs: boolean };

const pageRows = 100;
const longestText = 400;

/** Tag by tag; what differs stands first, and what both say the same is a button away. */
export function CompareMetadata({ left, right }: { left: Run; right: Run }) {
  const { t } = useTranslation('runs');
  const [same, setSame] = useState(false);
  const [shown, setShown] = useState(pageRows);
  const rows = rowsOf(left, right);
  const differing = rows.filter(({ differs }) => differs);
  const listed = same ? rows : differing;
  const alike = rows.length - differing.length;
  return (
    <Section
      title={t('metadata.title')}
      aside={t('compare.differing', { number: count(differing.length), count: rows.length })}
      actions={
        alike === 0 ? undefined : (
          <Button size="xs" aria-pressed={same} onClick={() => setSame(!same)}>
            {same ? t('compare.hideSame') : t('compare.showSame', { count: alike })}
          </Button>
        )
      }
    >
      {listed.length === 0 ? <Empty>{t(rows.length === 0 ? 'compare.noMetadata' : 'compare.allSame')}</Empty> : null}
      {listed.length === 0 ? null : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t('disagreements.value')}</th>
              <th scope="col">{left.file.name}</th>
              <th scope="col">{right.file.name}</th>
            </tr>
          </thead>
          <tbody>
            {listed.slice(0, shown).map((row) => (
              <tr key={row.tag} className={row.differs && same ? css.differs : undefined}>
                <th scope="row" title={row.tag}>
                  {tagName(t, row.tag)}
                </th>
                {[row.left, row.right].map((value, index) => (
                  <td key={index}>
                    {value === undefined ? (
                      <span className={css.quiet}>{t('answers.notRecorded')}</span>
                    ) : (
                      shortened(valueText(t, row.tag, value))
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {listed.length > shown ? (
        <Button className={css.more} onClick={() => setShown(shown + pageRows)}>
          {t('metadata.more', { number: count(listed.length - shown) })}
        </Button>
      ) : null}
    </Section>
  );
}

function rowsOf(left: Run, right: Run): Row[] {
  const tags = [...new Set([...Object.keys(left.metadata), ...Object.keys(right.metadata)])].sort(byImportance);
  return tags
    .map((tag) => {
      const [one, other] = [left, right].map(({ metadata }) =>
        Object.hasOwn(metadata, tag) ? metadata[tag] : undefined,
      );
      return { tag, left: one, right: other, differs: JSON.stringify(one) !== JSON.stringify(other) };
    })
    .sort((a, b) => Number(b.differs) - Number(a.differs));
}

function shortened(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
