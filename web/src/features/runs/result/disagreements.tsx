import type { Conflict } from '@proofpix/contract/runs';
import { Section } from '../../../ui/section.tsx';
import css from './disagreements.module.css';
import { tagName, valueText } from './tag-words.ts';

const mostColumns = 4;

/** Question by source: who says what, and who says nothing. The first value is the one that stands in the metadata. */
export function Disagreements({
  conflicts,
  pluginName,
}: {
  conflicts: readonly Conflict[];
  pluginName: (id: string) => string;
}) {
  if (conflicts.length === 0) return null;
  const plugins = [...new Set(conflicts.flatMap(({ values }) => values.map(({ source }) => source.plugin)))].slice(
    0,
    mostColumns,
  );
  return (
    <Section title="Disagreements" aside="Where two sources say different things">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Value</th>
            {plugins.map((plugin) => (
              <th key={plugin} scope="col">
                {pluginName(plugin)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {conflicts.map((conflict) => (
            <tr key={conflict.tag}>
              <th scope="row" title={conflict.tag}>
                {tagName(conflict.tag)}
              </th>
              {plugins.map((plugin) => {
                const said = conflict.values.find(({ source }) => source.plugin === plugin);
                return (
                  <td key={plugin} data-plugin={pluginName(plugin)} data-silent={said === undefined || undefined}>
                    {said === undefined ? (
                      'Says nothing'
                    ) : (
                      <span className={said === conflict.values[0] ? css.first : undefined}>
                        {valueText(conflict.tag, said.value)}
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
