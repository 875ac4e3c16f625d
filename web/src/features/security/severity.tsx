import type { ViolationSeverity } from '@proofpix/contract/violations';
import { useTranslation } from 'react-i18next';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import css from './severity.module.css';

const marks: Record<ViolationSeverity, MarkKind> = {
  critical: 'strong',
  high: 'strong',
  medium: 'possible',
  low: 'note',
};

/** Shape and word; the colour says nothing that they do not. */
export function Severity({ severity }: { severity: ViolationSeverity }) {
  const { t } = useTranslation('security');
  return (
    <span className={css.severity}>
      <Mark kind={marks[severity]} />
      {t(`severity.${severity}`)}
    </span>
  );
}
