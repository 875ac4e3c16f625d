import css from './state.module.css';

export type Tone = 'running' | 'asleep' | 'stopped' | 'waits' | 'failed';

/** A state as dot and word: a disc where it runs, sleeps or waits, a ring where it was stopped, a square where it failed. */
export function State({ tone, words }: { tone: Tone; words: string }) {
  return (
    <span className={css.state} data-tone={tone}>
      {words}
    </span>
  );
}
