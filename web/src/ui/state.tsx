import css from './state.module.css';

export type Tone = 'running' | 'stopped' | 'waits' | 'failed';

/** A state as dot and word: a disc where it runs or waits, a ring where it was stopped, a square where it failed. */
export function State({ tone, words }: { tone: Tone; words: string }) {
  return (
    <span className={css.state} data-tone={tone}>
      {words}
    </span>
  );
}
