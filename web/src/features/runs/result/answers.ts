import type { Question } from '@proofpix/contract/findings';
import type { Disagreement, Run } from '@proofpix/contract/runs';
import type { TFunction } from 'i18next';
import type { MarkKind } from '../../../ui/mark.tsx';
import { isActive } from '../queries.ts';
import { apartText, readingText } from './disagreement-words.ts';
import { positionOf, positionText } from './position-words.ts';
import { valueText } from './tag-words.ts';

export type Answer = { title: string; mark: MarkKind | null; value: string; detail: string };
type Answered = Omit<Answer, 'title'>;

type Finding = Run['findings'][number];
type T = TFunction<'runs'>;
type Names = (id: string) => string;

/** The time a camera or program says, best first. */
const timeTags = ['DateTimeOriginal', 'GPSDateTime', 'CreateDate', 'ModifyDate'];

/**
 * The four questions, answered only by what plugins said: a sign where a finding names the question, a disagreement where
 * the parts of the file differ, "Nothing found" where plugins say that they looked, "Recorded" where a value stands alone.
 * Nothing here judges, and what nobody looked at is "Not checked".
 */
export function answersOf(t: T, run: Run, pluginName: Names): Answer[] {
  const answers: Answer[] = [
    { title: t('answers.edited'), ...edited(t, run, pluginName) },
    { title: t('answers.time'), ...time(t, run, pluginName) },
    { title: t('answers.place'), ...place(t, run, pluginName) },
    { title: t('answers.origin'), ...origin(t, run, pluginName) },
  ];
  if (!isActive(run)) return answers;
  // What is silent now may speak in a moment.
  const detail = t(run.state === 'waiting' ? 'answers.itsTurn' : 'answers.looking');
  return answers.map((answer) => (answer.mark === null ? { ...answer, value: t('answers.notYet'), detail } : answer));
}

function edited(t: T, run: Run, pluginName: Names): Answered {
  const signs = signsOf(t, run, 'edited') ?? disagreement(t, run, ['program', 'size']);
  if (signs !== null) return signs;
  const unsorted = run.findings.filter((finding) => finding.question === undefined);
  if (unsorted.length > 0) return { ...strengthOf(t, unsorted), detail: t('answers.unsorted') };
  const software = run.metadata['Software'] ?? run.metadata['CreatorTool'] ?? null;
  const entry = software === null ? null : t('answers.savedWith', { program: valueText(t, 'Software', software) });
  return silent(t, run, { question: 'edited', entry }, pluginName);
}

function time(t: T, run: Run, pluginName: Names): Answered {
  const signs = signsOf(t, run, 'time') ?? disagreement(t, run, ['time']);
  if (signs !== null) return signs;
  const tag = timeTags.find((candidate) => run.metadata[candidate] !== undefined);
  if (tag === undefined) return { mark: null, value: t('answers.notRecorded'), detail: t('answers.noTime') };
  return recorded(t, run, { question: 'time', value: valueText(t, tag, run.metadata[tag] ?? null), tag }, pluginName);
}

function place(t: T, run: Run, pluginName: Names): Answered {
  const signs = signsOf(t, run, 'place') ?? disagreement(t, run, ['place']);
  if (signs !== null) return signs;
  const position = positionOf(run.metadata);
  if (position === null) return { mark: null, value: t('answers.notRecorded'), detail: t('answers.noPlace') };
  return recorded(t, run, { question: 'place', value: positionText(position), tag: 'latitude' }, pluginName);
}

function origin(t: T, run: Run, pluginName: Names): Answered {
  const signs = signsOf(t, run, 'origin') ?? disagreement(t, run, ['device']);
  if (signs !== null) return signs;
  const camera = ['Make', 'Model']
    .map((tag) => run.metadata[tag])
    .filter((value) => value !== undefined && value !== null);
  const names = [...new Set(camera.map((value) => valueText(t, 'Model', value)))].join(' ');
  const entry = names === '' ? null : t('answers.ownEntry', { camera: names });
  return silent(t, run, { question: 'origin', entry }, pluginName);
}

function recorded(
  t: T,
  run: Run,
  { question, value, tag }: { question: Question; value: string; tag: string },
  pluginName: Names,
): Answered {
  const source = run.sources[tag];
  const names = lookedBy(run, question, pluginName);
  const plugin = source === undefined ? undefined : pluginName(source.plugin);
  const detail =
    names.length > 0
      ? t('answers.nothingAgainst', { value, names })
      : plugin === undefined
        ? t('answers.oneSource', { value })
        : t('answers.from', { value, plugin });
  return { mark: 'note', value: t('answers.recorded'), detail };
}

/** The hooks whose result has a schema that knows of it; of the others it is whatever a plugin liked to give. */
const looking = ['file:process', 'data:analyze'];

/** Who says of a question that they looked into it. Their findings, if any, were told before. */
function lookedBy(run: Run, question: Question, pluginName: Names): string[] {
  const plugins = run.steps.filter(({ hook, ok, result }) => {
    if (!ok || !looking.includes(hook)) return false;
    const { looked } = Object(result) as { looked?: unknown }; // of any version of the contract
    return Array.isArray(looked) && looked.includes(question);
  });
  return [...new Set(plugins.map(({ plugin }) => pluginName(plugin)))];
}

/** @param entry what the file itself says, which is no check */
function silent(
  t: T,
  run: Run,
  { question, entry }: { question: Question; entry: string | null },
  pluginName: Names,
): Answered {
  const names = lookedBy(run, question, pluginName);
  if (names.length === 0) {
    return { mark: null, value: t('answers.notChecked'), detail: entry ?? t('answers.noPlugin') };
  }
  const looked = t('answers.lookedBy', { names });
  const detail = entry === null ? looked : `${looked} · ${entry}`;
  return { mark: 'nothing', value: t('answers.nothingFound'), detail };
}

function signsOf(t: T, run: Run, question: Question): Answered | null {
  const findings = run.findings.filter((finding) => finding.question === question);
  const strongest = findings[0];
  if (strongest === undefined) return null;
  return {
    ...strengthOf(t, findings),
    detail:
      findings.length === 1
        ? strongest.title
        : t('answers.andMore', { title: strongest.title, count: findings.length - 1 }),
  };
}

function strengthOf(t: T, findings: readonly Finding[]): { mark: MarkKind; value: string } {
  const number = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  if (number('strong') > 0) return { mark: 'strong', value: t('answers.strong', { count: number('strong') }) };
  if (number('possible') > 0) return { mark: 'possible', value: t('answers.possible', { count: number('possible') }) };
  return { mark: 'note', value: t('outcome.note', { count: findings.length }) };
}

function disagreement(t: T, run: Run, questions: readonly Disagreement['question'][]): Answered | null {
  const row = run.disagreements.find(({ question }) => questions.includes(question));
  if (row === undefined) return null;
  const [first, second] = row.readings;
  const both = [first, second].flatMap((reading) =>
    reading === undefined ? [] : [readingText(row.question, reading)],
  );
  return { mark: 'possible', value: t('answers.disagree'), detail: apartText(t, row) ?? both.join(' · ') };
}
