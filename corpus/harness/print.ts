import { outcomes, type Judgement, type Outcome } from './snippet.ts';

export type Summary = { total: number } & Record<Outcome, number>;

export function summarise(judgements: readonly Judgement[]): Summary {
  const counts = Object.fromEntries(
    outcomes.map((outcome) => [outcome, judgements.filter((one) => one.outcome === outcome).length]),
  ) as Record<Outcome, number>; // an entry for each
  return { total: judgements.length, ...counts };
}

/** Lines as they come: JSON for programs, or a table for people. */
export function createPrinter(json: boolean): { line(judgement: Judgement): void; summary(summary: Summary): void } {
  if (json) {
    return {
      line: (judgement) => console.log(JSON.stringify(judgement)),
      summary: (summary) => console.log(JSON.stringify({ summary })),
    };
  }
  return {
    line({ file, kind, outcome, answer, detail, ms }) {
      const shown = detail === undefined ? answer : `${answer} · ${detail}`;
      console.log(
        `${outcome.padEnd(10)} ${kind.padEnd(8)} ${file.padEnd(44)} ${String(ms).padStart(6)} ms  ${plain(shown)}`,
      );
    },
    summary(summary) {
      const counts = outcomes
        .filter((outcome) => summary[outcome] > 0)
        .map((outcome) => `${summary[outcome]} ${outcome}`);
      console.log(`\n${summary.total} snippets: ${counts.join(', ')}.`);
      console.log(JSON.stringify(summary));
    },
  };
}

/** What snippets said is shown in a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 300);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return Math.round(value * 100) / 100;
}
