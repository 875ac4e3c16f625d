import type { Exhibit, Report } from '@proofpix/sdk/report';
import type { Sheet } from '../sheet.ts';
import { contentWidth, page as measures, styles } from '../style.ts';
import { drawSection, drawTable } from '../table.ts';
import { limits, share } from '../limits.ts';
import { bytesText, counted, timeText, visibleText } from '../visible-text.ts';
import { valueText } from './findings.ts';

const data = 'The data export has all of them.';

function more(sheet: Sheet, count: number, one: string, several: string): void {
  if (count <= 0) return;
  sheet.skip(4);
  sheet.paragraph(`${counted(count, one, several)} not printed, to keep the report short. ${data}`, styles.label);
}

/** What sources say differently about the same thing. */
export function drawDisagreements(sheet: Sheet, { disagreements, conflicts }: Exhibit, exhibits: number): void {
  const most = share(limits.conflicts, exhibits);
  const rows = [
    ...disagreements.flatMap(({ question, readings }) =>
      readings.map(({ origin, value, source }) => [
        sentence(question),
        origin,
        value,
        source === null ? 'The file itself' : `${source.plugin} ${source.version}`,
      ]),
    ),
    ...conflicts.flatMap(({ tag, values }) =>
      values.map(({ value, source }) => [tag, 'plugin', valueText(value), `${source.plugin} ${source.version}`]),
    ),
  ];
  if (rows.length === 0) return;
  drawSection(sheet, 'Disagreements');
  drawTable(
    sheet,
    [
      { title: 'About', width: 86 },
      { title: 'Source', width: 80, style: styles.body },
      { title: 'Says', width: contentWidth - 286 },
      { title: 'Read by', width: 120, style: styles.label },
    ],
    rows.slice(0, most).map((row) => row.map((cell) => visibleText(cell, limits.valueChars))),
  );
  more(sheet, rows.length - most, 'row is', 'rows are');
}

function sentence(question: string): string {
  return question.slice(0, 1).toUpperCase() + question.slice(1);
}

/** In the order in which they are printed. A value goes into the first one that knows its name. */
const groups: readonly { title: string; tags: RegExp }[] = [
  {
    title: 'Camera',
    tags: /^(make|model|lens|serial|bodyserial|owner|camera|fnumber|iso|exposure|focal|flash|aperture|shutter|metering|whitebalance)/i,
  },
  { title: 'Time', tags: /^(?!C2PA:|Hash:).*(date|time|offset)/i },
  { title: 'Place', tags: /^(gps|latitude|longitude|city|country|location|state|sublocation)/i },
  {
    title: 'Program and author',
    tags: /^(software|creator|artist|copyright|author|credit|rights|history|title|description|imagedescription|usercomment|caption|keywords|subject)/i,
  },
  { title: 'Content Credentials', tags: /^C2PA:/ },
  { title: 'Hashes', tags: /^Hash:/ },
];

/** Values in groups, each with who said it. */
export function drawMetadata(sheet: Sheet, { metadata, sources }: Exhibit, exhibits: number): void {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return;
  const grouped = new Map<string, string[][]>(groups.map(({ title }) => [title, []]));
  for (const [tag, value] of entries) {
    const title = groups.find(({ tags }) => tags.test(tag))?.title ?? 'Other values';
    const rows = grouped.get(title) ?? [];
    grouped.set(title, rows);
    rows.push([
      visibleText(tag, 80),
      visibleText(valueText(value), limits.valueChars),
      visibleText(sources[tag]?.plugin ?? '', 60),
    ]);
  }
  drawSection(sheet, `What the file says · ${entries.length}`);
  let left = share(limits.metadata, exhibits);
  for (const [title, rows] of grouped) {
    if (rows.length === 0 || left <= 0) continue;
    sheet.skip(4);
    drawTable(
      sheet,
      [
        { title, width: 140, style: styles.body, lines: 2 },
        { title: '', width: contentWidth - 240, lines: 4 },
        { title: 'Read by', width: 100, style: styles.label, lines: 1 },
      ],
      rows.slice(0, left),
    );
    left -= rows.length;
    sheet.skip(6);
  }
  more(sheet, -left, 'value is', 'values are');
}

export function drawFiles(sheet: Sheet, { files }: Exhibit, exhibits: number): void {
  if (files.length === 0) return;
  const most = share(limits.files, exhibits);
  drawSection(sheet, 'Files that plugins added');
  drawTable(
    sheet,
    [
      { title: 'Name', width: 120 },
      { title: 'Size', width: 56, right: true },
      { title: 'SHA-256', width: contentWidth - 276, style: styles.monoSmall, lines: 2 },
      { title: 'Added by', width: 100, style: styles.label },
    ],
    files
      .slice(0, most)
      .map(({ name, size, sha256, source }) => [
        visibleText(name, limits.nameChars),
        bytesText(size),
        visibleText(sha256, 64),
        visibleText(`${source.plugin} ${source.version}`, 100),
      ]),
  );
  more(sheet, files.length - most, 'file is', 'files are');
}

/** Which plugin, in which version of which package, looked at the photo, and what it took and gave. */
export function drawCustody(sheet: Sheet, { steps }: Exhibit, exhibits: number): void {
  const most = share(limits.steps, exhibits);
  drawSection(sheet, 'Custody');
  if (steps.length === 0) {
    sheet.paragraph('No plugin has looked at this photo.', styles.body);
    return;
  }
  drawTable(
    sheet,
    [
      { title: 'Plugin', width: 114 },
      { title: 'Package', width: 82, style: styles.monoSmall, lines: 2 },
      { title: 'Step', width: 74, style: styles.label },
      { title: 'Read', width: 50, right: true },
      { title: 'Wrote', width: 46, right: true },
      { title: 'Time', width: 50, right: true },
      { title: 'Gave', width: contentWidth - 416, style: styles.body },
    ],
    steps
      .slice(0, most)
      .map((step) => [
        visibleText(`${step.plugin} ${step.version}`, 100),
        visibleText(step.digest, 64).slice(0, 16),
        visibleText(step.hook, 60),
        step.usage.bytesRead === 0 ? 'Nothing' : bytesText(step.usage.bytesRead),
        step.usage.bytesWritten === 0 ? 'Nothing' : bytesText(step.usage.bytesWritten),
        `${Math.round(step.milliseconds)} ms`,
        gave(step),
      ]),
  );
  more(sheet, steps.length - most, 'step is', 'steps are');
  sheet.skip(4);
  sheet.paragraph(
    'Package: the first 16 digits of the SHA-256 by which the plugin’s package is known. “Read” counts bytes of the photo that were handed to it. The evidence bundle has the digests of what went in and came out.',
    styles.small,
  );
}

function gave({ ok, error, result }: Exhibit['steps'][number]): string {
  if (!ok) return visibleText(`Failed: ${error?.message ?? 'no reason given'}`, 140);
  const value = (result ?? {}) as { metadata?: object; findings?: unknown[] }; // checked by the host against its hook
  const values = Object.keys(value.metadata ?? {}).length;
  const findings = value.findings?.length ?? 0;
  const parts = [values > 0 ? counted(values, 'value') : '', findings > 0 ? counted(findings, 'finding') : ''];
  return parts.filter(Boolean).join(', ') || 'Says nothing';
}

export function drawNotes(sheet: Sheet, notes: Exhibit['notes'], exhibits: number, title = 'Notes'): void {
  if (notes.length === 0) return;
  const most = share(limits.notes, exhibits);
  drawSection(sheet, title);
  for (const { text, createdAt, createdBy } of notes.slice(0, most)) {
    const by = createdBy?.name == null ? 'A former member' : visibleText(createdBy.name, limits.nameChars);
    sheet.room(36);
    sheet.paragraph(`${by}, ${timeText(createdAt)}`, styles.label, { most: 1 });
    for (const line of text.slice(0, limits.noteChars).split(/\r?\n/).slice(0, 100)) {
      sheet.paragraph(visibleText(line, limits.noteChars), styles.value);
    }
    sheet.skip(8);
  }
  more(sheet, notes.length - most, 'note is', 'notes are');
}

/** What the report does not have of the exhibits that it has. */
export function drawEnd(sheet: Sheet, { exhibits }: Report): void {
  if (!sheet.fonts.missing()) return;
  const count = exhibits.length === 1 ? 'it' : 'them';
  sheet.skip(16);
  sheet.paragraph(
    `Characters that the fonts of this report lack, or that cannot be seen, stand as their number in Unicode, such as [U+5F20]. The data export has ${count} as they are.`,
    styles.small,
    { x: measures.left },
  );
}
