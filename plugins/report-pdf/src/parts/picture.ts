import type { PDFDocument } from 'pdf-lib';
import type { Loaded } from '../load-picture.ts';
import { drawMark } from '../marks.ts';
import type { Numbered } from './findings.ts';
import type { Sheet } from '../sheet.ts';
import { colours, contentWidth, page as measures, styles } from '../style.ts';

const tallest = 330;

/** The picture with the regions of its findings, or the sentence why there is none. */
export async function drawPicture(
  sheet: Sheet,
  doc: PDFDocument,
  loaded: Loaded,
  findings: readonly Numbered[],
): Promise<void> {
  if (loaded.jpeg !== null) {
    const image = await doc.embedJpg(loaded.jpeg);
    const turned = loaded.orientation >= 5 && loaded.orientation <= 8;
    const [width, height] = turned ? [image.height, image.width] : [image.width, image.height];
    // Small pictures are not blown up: a thumbnail of 160 pixels over the whole page would promise more than it has.
    const scale = Math.min(contentWidth / width, tallest / height, 0.75);
    const box = { x: measures.left, width: width * scale, height: height * scale, y: 0 };
    sheet.room(box.height + 24);
    box.y = sheet.y - box.height;
    sheet.transformed(matrixOf(loaded.orientation, box), () => {
      sheet.page.drawImage(image, { x: 0, y: 0, width: 1, height: 1 });
    });
    sheet.frame(box);
    for (const { number, finding } of findings) {
      const { region, severity } = finding;
      if (region === undefined) continue;
      const place = {
        x: box.x + region.x * box.width,
        y: box.y + box.height - Math.min(1, region.y + region.height) * box.height,
        width: Math.min(region.width, 1 - region.x) * box.width,
        height: Math.min(region.height, 1 - region.y) * box.height,
      };
      sheet.page.drawRectangle({
        ...place,
        borderWidth: 2.4,
        borderColor: colours.ink,
        borderOpacity: 0.55,
        opacity: 0,
      });
      sheet.page.drawRectangle({ ...place, borderWidth: 1.2, borderColor: colours.white, opacity: 0 });
      const x = Math.min(Math.max(place.x, box.x + 8), box.x + box.width - 8);
      const y = Math.min(Math.max(place.y + place.height, box.y + 8), box.y + box.height - 8);
      drawMark(sheet.page, sheet.fonts, { severity, text: String(number), x, y, ring: true });
    }
    sheet.y = box.y - 5;
  }
  if (loaded.remark !== null) sheet.paragraph(loaded.remark, styles.label);
  sheet.skip(4);
}

type Box = { x: number; y: number; width: number; height: number };

/** From the unit square of the stored picture to its place on the page, as the orientation of EXIF asks. */
function matrixOf(orientation: number, { x, y, width, height }: Box): [number, number, number, number, number, number] {
  const [right, top] = [x + width, y + height];
  switch (orientation) {
    case 2:
      return [-width, 0, 0, height, right, y];
    case 3:
      return [-width, 0, 0, -height, right, top];
    case 4:
      return [width, 0, 0, -height, x, top];
    case 5:
      return [0, -height, -width, 0, right, top];
    case 6:
      return [0, -height, width, 0, x, top];
    case 7:
      return [0, height, width, 0, x, y];
    case 8:
      return [0, height, -width, 0, right, y];
    default:
      return [width, 0, 0, height, x, y];
  }
}
