import type { Question } from '@proofpix/contract/findings';
import type { Run } from '@proofpix/contract/runs';
import { counted } from '../../../ui/format.ts';
import type { MarkKind } from '../../../ui/mark.tsx';
import { positionOf, positionText } from './position-words.ts';
import { valueText } from './tag-words.ts';
import { isActive } from '../queries.ts';

export type Answer = { title: string; mark: MarkKind | null; value: string; detail: string };

type Finding = Run['findings'][number];

/** The time a camera or program says, best first. */
const timeTags = ['DateTimeOriginal', 'GPSDateTime', 'CreateDate', 'ModifyDate'];
const placeTags = ['latitude', 'longitude', 'GPSLatitude', 'GPSLongitude'];
const originTags = ['Make', 'Model'];

/**
 * The four questions, answered only by what plugins said: a sign where a finding names the question, a disagreement where
 * sources differ, "Recorded" where a value stands alone. Nothing here judges, and what nobody looked at is "Not checked".
 */
export function answersOf(run: Run, pluginName: (id: string) => string): Answer[] {
  const answers = [edited(run), time(run, pluginName), place(run, pluginName), origin(run)];
  if (!isActive(run)) return answers;
  // What is silent now may speak in a moment.
  const detail = run.state === 'waiting' ? 'Waits for its turn' : 'Plugins are looking';
  return answers.map((answer) => (answer.mark === null ? { ...answer, value: 'Not yet known', detail } : answer));
}

function edited(run: Run): Answer {
  const title = 'Edited?';
  const signs = signsOf(run, 'edited');
  if (signs !== null) return { title, ...signs };
  const unsorted = run.findings.filter((finding) => finding.question === undefined);
  if (unsorted.length > 0) {
    const { mark, value } = strengthOf(unsorted);
    return { title, mark, value, detail: 'Their plugin does not say which question they answer' };
  }
  const software = run.metadata['Software'] ?? run.metadata['CreatorTool'];
  const detail =
    software === undefined || software === null
      ? notChecked
      : `Saved with ${valueText('Software', software)}, by its own entry`;
  return { title, mark: null, value: 'Not checked', detail };
}

const notChecked = 'No plugin for it is installed';

function time(run: Run, pluginName: (id: string) => string): Answer {
  const title = 'Time';
  const signs = signsOf(run, 'time') ?? disagreement(run, timeTags);
  if (signs !== null) return { title, ...signs };
  const tag = timeTags.find((candidate) => run.metadata[candidate] !== undefined);
  if (tag === undefined) return { title, mark: null, value: 'Not recorded', detail: 'The file says no time' };
  return {
    title,
    mark: 'note',
    value: 'Recorded',
    detail: `${valueText(tag, run.metadata[tag] ?? null)}, ${sourceOf(run, tag, pluginName)}, not checked`,
  };
}

function place(run: Run, pluginName: (id: string) => string): Answer {
  const title = 'Place';
  const signs = signsOf(run, 'place') ?? disagreement(run, placeTags);
  if (signs !== null) return { title, ...signs };
  const position = positionOf(run.metadata);
  if (position === null) return { title, mark: null, value: 'Not recorded', detail: 'The file says no position' };
  return {
    title,
    mark: 'note',
    value: 'Recorded',
    detail: `${positionText(position)}, ${sourceOf(run, 'latitude', pluginName)}, not checked`,
  };
}

function origin(run: Run): Answer {
  const title = 'Origin';
  const signs = signsOf(run, 'origin') ?? disagreement(run, originTags);
  if (signs !== null) return { title, ...signs };
  const camera = originTags.map((tag) => run.metadata[tag]).filter((value) => value !== undefined && value !== null);
  const names = [...new Set(camera.map((value) => valueText('Model', value)))].join(' ');
  return {
    title,
    mark: null,
    value: 'Not checked',
    detail: names === '' ? notChecked : `${names}, by the file's own entry`,
  };
}

function signsOf(run: Run, question: Question): Omit<Answer, 'title'> | null {
  const findings = run.findings.filter((finding) => finding.question === question);
  const strongest = findings[0];
  if (strongest === undefined) return null;
  return {
    ...strengthOf(findings),
    detail: findings.length === 1 ? strongest.title : `${strongest.title}, and ${findings.length - 1} more`,
  };
}

function strengthOf(findings: readonly Finding[]): { mark: MarkKind; value: string } {
  const number = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  if (number('strong') > 0) return { mark: 'strong', value: number('strong') === 1 ? 'Strong sign' : 'Strong signs' };
  if (number('possible') > 0)
    return { mark: 'possible', value: number('possible') === 1 ? 'Possible sign' : 'Possible signs' };
  return { mark: 'note', value: counted(findings.length, 'note') };
}

function disagreement(run: Run, tags: readonly string[]): Omit<Answer, 'title'> | null {
  const conflicts = run.conflicts.filter((conflict) => tags.includes(conflict.tag));
  const first = conflicts[0];
  if (first === undefined) return null;
  return {
    mark: 'possible',
    value: 'Sources disagree',
    detail: first.values
      .slice(0, 2)
      .map(({ value }) => valueText(first.tag, value))
      .join(' and '),
  };
}

function sourceOf(run: Run, tag: string, pluginName: (id: string) => string): string {
  const source = run.sources[tag];
  return source === undefined ? 'one source' : `from ${pluginName(source.plugin)}`;
}
