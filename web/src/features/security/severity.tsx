import type { ViolationSeverity } from '@proofpix/contract/violations';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import css from './severity.module.css';

const looks: Record<ViolationSeverity, { word: string; mark: MarkKind }> = {
  critical: { word: 'Critical', mark: 'strong' },
  high: { word: 'High', mark: 'strong' },
  medium: { word: 'Medium', mark: 'possible' },
  low: { word: 'Low', mark: 'note' },
};

export function severityWord(severity: ViolationSeverity): string {
  return looks[severity].word;
}

/** Shape and word; the colour says nothing that they do not. */
export function Severity({ severity }: { severity: ViolationSeverity }) {
  const { word, mark } = looks[severity];
  return (
    <span className={css.severity}>
      <Mark kind={mark} />
      {word}
    </span>
  );
}
