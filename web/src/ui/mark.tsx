import { IconCheck } from '@tabler/icons-react';
import css from './mark.module.css';

export type MarkKind = 'strong' | 'possible' | 'note' | 'nothing' | 'failed';

/** Severity by shape, sign and colour together. The word beside it says the same, so it is hidden from screen readers. */
export function Mark({ kind, number }: { kind: MarkKind; number?: number }) {
  if (kind === 'nothing') {
    return (
      <span className={css.nothing} aria-hidden>
        <IconCheck size={16} stroke={2.2} />
      </span>
    );
  }
  const sign = number ?? (kind === 'note' ? 'i' : kind === 'failed' ? '×' : '!');
  return (
    <span className={`${css.mark} ${css[kind]}`} aria-hidden>
      {sign}
    </span>
  );
}
