import { CommandFailure } from '../failure.ts';

const dayMilliseconds = 24 * 3_600_000;

/** Days as people mean them, the last one with it; moments as the server takes them. @throws CommandFailure */
export function readPeriod({ from, to }: { from: string; to: string }): { from: string; to: string } {
  const period = { from: momentOf('--from', from, 0), to: momentOf('--to', to, dayMilliseconds) };
  if (period.from >= period.to) throw new CommandFailure('--to is not after --from.');
  return { from: period.from.toISOString(), to: period.to.toISOString() };
}

function momentOf(option: string, text: string, ofDay: number): Date {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isDay || isMoment ? Date.parse(text) : Number.NaN;
  const day = new Date(time);
  // 30 February parses as a day of March.
  if (!Number.isFinite(time) || (isDay && day.toISOString().slice(0, 10) !== text))
    throw new CommandFailure(`${option} "${text}" is no day.`, {
      hints: ['A day is written as 2026-07-01, a moment as 2026-07-01T00:00:00Z.'],
    });
  return new Date(time + (isDay ? ofDay : 0));
}
