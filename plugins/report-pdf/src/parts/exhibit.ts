import type { PDFDocument } from 'pdf-lib';
import type { Exhibit } from '@proofpix/sdk/report';
import { limits, share } from '../limits.ts';
import type { Loaded } from '../load-picture.ts';
import type { Place, Sheet } from '../sheet.ts';
import { page as measures, styles } from '../style.ts';
import { drawFact } from '../table.ts';
import { bytesText, timeText, visibleText, withCommas } from '../visible-text.ts';
import { drawAnswers } from './answers.ts';
import { drawFindings, numbered } from './findings.ts';
import { drawPicture } from './picture.ts';
import { drawCustody, drawDisagreements, drawFiles, drawMetadata, drawNotes } from './records.ts';

/** Everything about one photo, from a new page on. */
export async function drawExhibit(
  sheet: Sheet,
  doc: PDFDocument,
  exhibit: Exhibit,
  { loaded, exhibits, isCase }: { loaded: Loaded; exhibits: number; isCase: boolean },
): Promise<Place> {
  const name = visibleText(exhibit.file.name, limits.nameChars);
  const heading = isCase ? `Exhibit ${exhibit.number}` : 'Photo';
  sheet.newPage(`${heading} · ${name}`);
  const place = sheet.place;
  sheet.line(heading, styles.label, measures.left, sheet.y);
  sheet.skip(15);
  sheet.paragraph(name, styles.title, { most: 3 });
  if (exhibit.caption !== '') sheet.paragraph(visibleText(exhibit.caption, 1_000), styles.body, { most: 6 });
  sheet.skip(10);
  drawAnswers(sheet, exhibit);
  sheet.skip(8);
  const findings = numbered(exhibit);
  await drawPicture(sheet, doc, loaded, findings.slice(0, share(limits.findings, exhibits)));
  drawFindings(sheet, findings, share(limits.findings, exhibits));
  drawDisagreements(sheet, exhibit, exhibits);
  drawNotes(sheet, exhibit.notes, exhibits);
  drawIdentity(sheet, exhibit);
  drawMetadata(sheet, exhibit, exhibits);
  drawFiles(sheet, exhibit, exhibits);
  drawCustody(sheet, exhibit, exhibits);
  return place;
}

/** What the file is, by which it is known again. */
function drawIdentity(sheet: Sheet, { file, metadata, createdAt, finishedAt }: Exhibit): void {
  if (!sheet.room(120)) sheet.skip(20);
  sheet.line('The file', styles.section, measures.left, sheet.y);
  sheet.skip(styles.section.line + 6);
  const { ImageWidth: width, ImageHeight: height } = metadata;
  const sides = typeof width === 'number' && typeof height === 'number' ? ` · ${width} × ${height} pixels` : '';
  drawFact(sheet, 'Name', visibleText(file.name, 1_000));
  drawFact(
    sheet,
    'Kind and size',
    `${visibleText(file.type, 80)} · ${bytesText(file.size)} (${withCommas(file.size)} bytes)${sides}`,
  );
  drawFact(sheet, 'Received', timeText(createdAt));
  drawFact(sheet, 'Examined', timeText(finishedAt));
  drawFact(sheet, 'SHA-256', inFours(file.sha256), styles.mono);
  const sha512 = metadata['Hash:SHA512'];
  if (typeof sha512 === 'string') drawFact(sheet, 'SHA-512', inFours(sha512), styles.mono);
}

function inFours(hex: string): string {
  return visibleText(hex, 200).replace(/(.{4})(?=.)/g, '$1 ');
}
