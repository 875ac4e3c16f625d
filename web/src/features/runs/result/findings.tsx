import type { Run } from '@proofpix/contract/runs';
import { counted } from '../../../ui/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { useJudges } from '../../plugins/queries.ts';
import { isActive } from '../queries.ts';
import css from './findings.module.css';
import { tagName, valueText } from './tag-words.ts';

type Finding = Run['findings'][number];

const rank = { strong: 0, possible: 1, note: 2 };
const words = { strong: 'Strong', possible: 'Possible', note: 'Note' };

export function strongestFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity] || b.confidence - a.confidence);
}

type Props = {
  run: Run;
  pluginName: (id: string) => string;
  selected: number | null;
  onSelect: (index: number | null) => void;
};

export function Findings({ run, pluginName, selected, onSelect }: Props) {
  const { findings } = run;
  const judges = useJudges();
  const sources = new Set(findings.map(({ source }) => source.plugin)).size;
  return (
    <section aria-label="Findings" className={css.section}>
      <div className={css.head}>
        <h2>Findings</h2>
        {findings.length === 0 ? null : (
          <span className={css.aside}>
            {findings.length} from {counted(sources, 'plugin')}
          </span>
        )}
      </div>
      {findings.length === 0 ? (
        <p className={css.none}>{silence(run, judges)}</p>
      ) : (
        <ol>
          {findings.map((finding, index) => (
            <FindingItem
              key={index}
              finding={finding}
              number={index + 1}
              plugin={pluginName(finding.source.plugin)}
              open={selected === index}
              onToggle={() => onSelect(selected === index ? null : index)}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

/** Why the list is empty: nobody judged, nobody is done, or nobody found anything. */
function silence(run: Run, judges: (id: string) => boolean | undefined): string {
  if (isActive(run)) return 'Plugins are still looking. Findings appear here as they come.';
  const looked = run.steps.filter((step) => step.ok);
  if (looked.length === 0) return 'No plugin looked at this photo, so nothing was found and nothing was ruled out.';
  const number = counted(new Set(looked.map(({ plugin }) => plugin)).size, 'plugin');
  const judged = looked.some((step) => step.hook === 'data:analyze' || judges(step.plugin) === true);
  return judged
    ? `${number} looked at this photo and found nothing to report.`
    : `${number} read this photo. No plugin that judges is installed, so signs of editing were not looked for.`;
}

type ItemProps = { finding: Finding; number: number; plugin: string; open: boolean; onToggle: () => void };

function FindingItem({ finding, number, plugin, open, onToggle }: ItemProps) {
  const evidence = Object.entries(finding.evidence ?? {});
  const id = `finding-${number}`;
  return (
    <li className={css.finding} data-open={open || undefined}>
      <Mark kind={finding.severity} number={number} />
      <div className={css.body}>
        <h3 className={css.title}>
          <button type="button" className={css.toggle} aria-expanded={open} aria-controls={id} onClick={onToggle}>
            {finding.title}
          </button>
          <span className={`${css.word} ${css[finding.severity]}`}>{words[finding.severity]}</span>
        </h3>
        <p className={css.explanation}>{finding.explanation}</p>
        <dl id={id} className={css.evidence} hidden={!open}>
          {evidence.map(([name, value]) => (
            <div key={name}>
              <dt>{tagName(name)}</dt>
              <dd>{valueText(name, value)}</dd>
            </div>
          ))}
          <div>
            <dt>Found by</dt>
            <dd>
              {plugin} {finding.source.version}, confidence {percent(finding.confidence)}
            </dd>
          </div>
        </dl>
        {open ? null : (
          <p className={css.meta}>
            {plugin} · confidence {percent(finding.confidence)}
          </p>
        )}
      </div>
    </li>
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
