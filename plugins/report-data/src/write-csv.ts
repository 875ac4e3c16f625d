import type { Exhibit, Report, Source } from '@proofpix/sdk/report';
import { csvCell } from './csv-cell.ts';

const columns = [
  'exhibit',
  'file',
  'sha256',
  'kind',
  'severity',
  'confidence',
  'question',
  'name',
  'value',
  'plugin',
  'version',
  'package',
] as const;
type Row = Partial<Record<(typeof columns)[number], string>>;

/** Without it Excel reads UTF-8 as the machine's own code page and garbles every name outside of ASCII. */
const byteOrderMark = '\ufeff';

/** One row for each finding, value, conflict, disagreement, derived file and note, by RFC 4180. */
export function writeCsv({ about, exhibits }: Report, options: { byteOrderMark: boolean }): string {
  const lines = [columns.map(csvCell).join(',')];
  const add = (row: Row) => void lines.push(columns.map((column) => csvCell(row[column] ?? '')).join(','));
  for (const note of about?.notes ?? []) add(noteRow(note));
  for (const exhibit of exhibits) {
    const common = { exhibit: String(exhibit.number), file: exhibit.file.name, sha256: exhibit.file.sha256 };
    for (const row of rowsOf(exhibit)) add({ ...common, ...row });
  }
  return `${options.byteOrderMark ? byteOrderMark : ''}${lines.join('\r\n')}\r\n`;
}

function rowsOf({ caption, findings, metadata, sources, conflicts, disagreements, files, notes }: Exhibit): Row[] {
  return [
    ...(caption === '' ? [] : [{ kind: 'caption', value: caption }]),
    ...findings.map(({ severity, confidence, question, title, explanation, source }) => ({
      kind: 'finding',
      severity,
      confidence: String(confidence),
      question: question ?? '',
      name: title,
      value: explanation,
      ...said(source),
    })),
    ...Object.entries(metadata).map(([tag, value]) => ({
      kind: 'metadata',
      name: tag,
      value: textOf(value),
      ...said(sources[tag]),
    })),
    ...conflicts.flatMap(({ tag, values }) =>
      values.map(({ value, source }) => ({ kind: 'conflict', name: tag, value: textOf(value), ...said(source) })),
    ),
    ...disagreements.flatMap(({ question, readings }) =>
      readings.map(({ origin, value, source }) => ({
        kind: 'disagreement',
        question,
        name: origin,
        value,
        ...said(source ?? undefined),
      })),
    ),
    ...files.map(({ name, sha256, source }) => ({ kind: 'file', name, value: sha256, ...said(source) })),
    ...notes.map(noteRow),
  ];
}

function noteRow({ text, createdAt, createdBy }: Exhibit['notes'][number]): Row {
  return { kind: 'note', name: `${createdBy?.name ?? 'A former member'}, ${createdAt}`, value: text };
}

function said(source: Source | undefined): Row {
  return source === undefined ? {} : { plugin: source.plugin, version: source.version, package: source.digest };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
