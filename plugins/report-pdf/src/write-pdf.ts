import { PDFDocument } from 'pdf-lib';
import type { Context } from '@proofpix/sdk/context';
import type { Report } from '@proofpix/sdk/report';
import { embedFonts } from './fonts.ts';
import { loadPicture, newBudget } from './load-picture.ts';
import { addLink, addOutline, type Bookmark } from './outline.ts';
import { drawCover, timeOfReport, titleOf } from './parts/cover.ts';
import { drawExhibit } from './parts/exhibit.ts';
import { drawEnd, drawNotes } from './parts/records.ts';
import { Sheet, type Place } from './sheet.ts';
import { page as measures, styles } from './style.ts';
import { limits } from './limits.ts';
import { visibleText } from './visible-text.ts';

/** The report as a PDF. The same report gives the same bytes: every time in it is the report's own. */
export async function writePdf(report: Report, ctx: Pick<Context, 'files' | 'plugin'>): Promise<Uint8Array> {
  const { about, exhibits } = report;
  const doc = await PDFDocument.create({ updateMetadata: false });
  const fonts = await embedFonts(doc);
  const title = titleOf(report);
  const reference = about?.reference == null ? '' : visibleText(about.reference, limits.nameChars);
  const sheet = new Sheet(doc, fonts, [title, reference].filter(Boolean).join(' · '));
  const gaps = drawCover(sheet, report);
  drawNotes(sheet, about?.notes ?? [], 1, 'Notes on the case');

  const places = new Map<number, Place>();
  const bookmarks: Bookmark[] = [{ title, place: { page: sheet.pages[0]?.page ?? sheet.page, y: measures.height } }];
  const budget = newBudget(exhibits.length);
  for (const exhibit of exhibits) {
    const loaded = await loadPicture(exhibit, ctx.files, budget);
    const options = { loaded, exhibits: exhibits.length, isCase: about !== null };
    const place = await drawExhibit(sheet, doc, exhibit, options);
    places.set(exhibit.number, place);
    const name = visibleText(exhibit.file.name, limits.nameChars);
    bookmarks.push({ title: about === null ? name : `${exhibit.number} · ${name}`, place });
  }
  drawEnd(sheet, report);
  sheet.finish();

  // Finished pages are other objects: what stays the same is their place in the document.
  const numbers = new Map(sheet.pages.map(({ page }, index) => [page.ref, index + 1]));
  const finished = new Map(sheet.pages.map(({ page }) => [page.ref, page]));
  for (const { exhibit, place, right } of gaps) {
    const target = places.get(exhibit);
    if (target === undefined) continue;
    const number = String(numbers.get(target.page.ref) ?? '');
    sheet.lineRight(number, styles.value, right, place.y, finished.get(place.page.ref));
    addLink(doc, { place, left: measures.left, right, height: 14 }, target);
  }
  drawFooters(sheet);
  addOutline(doc, bookmarks);
  describe(doc, report, ctx.plugin);
  return doc.save({ objectsPerTick: Infinity });
}

function drawFooters(sheet: Sheet): void {
  const y = measures.bottom - 18;
  const right = measures.width - measures.right;
  sheet.pages.forEach(({ page, footer }, index) => {
    const [line = ''] = sheet.wrap(footer, styles.small, right - measures.left - 90, 1);
    sheet.line(line, styles.small, measures.left, y, page);
    sheet.lineRight(`Page ${index + 1} of ${sheet.pages.length}`, styles.small, right, y, page);
  });
}

function describe(doc: PDFDocument, report: Report, plugin: Context['plugin']): void {
  doc.setTitle(titleOf(report), { showInWindowTitleBar: true });
  if (report.about?.organisation != null) doc.setAuthor(visibleText(report.about.organisation, limits.nameChars));
  doc.setSubject('Signs in photos, never verdicts');
  doc.setCreator('ProofPix');
  doc.setProducer(`${plugin.id} ${plugin.version}`);
  doc.setLanguage('en');
  const made = new Date(timeOfReport(report));
  if (Number.isNaN(made.getTime())) return;
  doc.setCreationDate(made);
  doc.setModificationDate(made);
}
