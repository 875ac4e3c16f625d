import { PDFDict, PDFHexString, PDFName, PDFNumber, type PDFDocument } from 'pdf-lib';
import type { Place } from './sheet.ts';

export type Bookmark = { title: string; place: Place };

/** The bookmarks beside the pages, one for each exhibit. */
export function addOutline(doc: PDFDocument, bookmarks: readonly Bookmark[]): void {
  const { context } = doc;
  const [first, ...others] = bookmarks.map(() => context.nextRef());
  if (first === undefined) return;
  const refs = [first, ...others];
  const root = context.nextRef();
  bookmarks.forEach(({ title, place }, index) => {
    const item = PDFDict.withContext(context);
    item.set(PDFName.of('Title'), PDFHexString.fromText(title));
    item.set(PDFName.of('Parent'), root);
    const [before, after] = [refs[index - 1], refs[index + 1]];
    if (before !== undefined) item.set(PDFName.of('Prev'), before);
    if (after !== undefined) item.set(PDFName.of('Next'), after);
    item.set(PDFName.of('Dest'), destination(doc, place));
    const ref = refs[index];
    if (ref !== undefined) context.assign(ref, item);
  });
  const dict = PDFDict.withContext(context);
  dict.set(PDFName.of('Type'), PDFName.of('Outlines'));
  dict.set(PDFName.of('First'), first);
  dict.set(PDFName.of('Last'), refs.at(-1) ?? first);
  dict.set(PDFName.of('Count'), PDFNumber.of(refs.length));
  context.assign(root, dict);
  doc.catalog.set(PDFName.of('Outlines'), root);
  doc.catalog.set(PDFName.of('PageMode'), PDFName.of('UseOutlines'));
}

function destination(doc: PDFDocument, { page, y }: Place) {
  return doc.context.obj([page.ref, PDFName.of('XYZ'), null, y + 12, null]);
}

/** Makes a place on a page lead to another one. */
export function addLink(
  doc: PDFDocument,
  from: { place: Place; left: number; right: number; height: number },
  to: Place,
): void {
  const { page, y } = from.place;
  const link = doc.context.obj({
    Type: 'Annot',
    Subtype: 'Link',
    Rect: [from.left, y - from.height, from.right, y],
    Border: [0, 0, 0],
    Dest: destination(doc, to),
  });
  page.node.addAnnot(doc.context.register(link));
}
