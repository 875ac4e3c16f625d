import css from './progress-line.module.css';

/** How much of something is done, from 0 to 1. */
export function ProgressLine({ share, label }: { share: number; label: string }) {
  return <progress className={css.line} max={1} value={share} aria-label={label} />;
}
