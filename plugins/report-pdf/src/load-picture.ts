import { decodePicture } from '@proofpix/pixels/decode-picture';
import { encodeJpeg } from '@proofpix/pixels/jpeg/encode-jpeg';
import type { Context } from '@proofpix/sdk/context';
import type { Exhibit } from '@proofpix/sdk/report';
import { limits } from './limits.ts';
import { stripJpeg } from './strip-jpeg.ts';
import { visibleText } from './visible-text.ts';

/** A picture for the page, or the sentence that stands in its place. */
export type Loaded = { jpeg: Uint8Array; orientation: number; remark: string | null } | { jpeg: null; remark: string };

/** Shared by all exhibits of a report, so that a large case costs no more than a small one. */
export type Budget = { bytes: number; decoded: number; exhibits: number };

export function newBudget(exhibits: number): Budget {
  return { bytes: limits.pictureBytes, decoded: limits.decodedBytes, exhibits };
}

type Files = Context['files'];
const rangeBytes = 4 * 1024 * 1024;
/** What a derived preview is called. */
const previewName = /^preview\.jpe?g$/i;

export async function loadPicture(exhibit: Exhibit, files: Files, budget: Budget): Promise<Loaded> {
  const { file } = exhibit;
  const share = Math.min(limits.onePictureBytes, budget.bytes / budget.exhibits);
  budget.exhibits -= 1;
  const take = (jpeg: Uint8Array, orientation: number, remark: string | null): Loaded => {
    budget.bytes -= jpeg.length;
    return { jpeg, orientation, remark };
  };
  const orientation = Number(exhibit.metadata.Orientation ?? 1);
  const read = (offset: number, length: number) => files.read(offset, length, { sha256: file.sha256 });
  let reason = 'No preview of it was extracted.';
  try {
    if (file.size <= share) {
      const stripped = stripJpeg(await readAll(read, file.size));
      if (stripped !== null) return take(stripped.bytes, orientation, null);
    }
    const cost = file.size + limits.leastDecodedBytes;
    if (cost > budget.decoded) {
      reason = 'Decoding it would take longer than a report of this size may.';
    } else {
      budget.decoded -= cost;
      const decoded = await decodePicture({ size: file.size, read }, { longestSide: sideFor(share) });
      if (decoded.ok) {
        const remark = decoded.share < 1 ? `The picture is not whole: ${decoded.why ?? 'a part is missing.'}` : null;
        return take(encodeJpeg(decoded.picture, [], qualityFor(share)), orientation, remark);
      }
      reason = decoded.why;
    }
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  const preview = exhibit.files.find(({ name, size }) => previewName.test(name) && size <= share);
  const jpeg = preview === undefined ? null : await readPreview(preview, files);
  if (preview !== undefined && jpeg !== null) {
    const by = `${preview.source.plugin} ${preview.source.version}`;
    return take(jpeg, orientation, visibleText(`This is the preview that ${by} extracted from the file.`));
  }
  return { jpeg: null, remark: visibleText(`The picture is not shown. ${reason}`, 300) };
}

/** `null` where it is gone, or no whole JPEG: the report is made without it. */
async function readPreview({ sha256, size }: Exhibit['files'][number], files: Files): Promise<Uint8Array | null> {
  try {
    const bytes = await readAll((offset, length) => files.read(offset, length, { sha256 }), size);
    return stripJpeg(bytes)?.bytes ?? null;
  } catch {
    return null;
  }
}

/** The longer side in pixels, and the quality, that stay within a share of the bytes. */
function sideFor(share: number): number {
  return share > 600_000 ? 1_400 : share > 150_000 ? 900 : share > 50_000 ? 560 : 360;
}

function qualityFor(share: number): number {
  return share > 150_000 ? 82 : 70;
}

async function readAll(
  read: (offset: number, length: number) => Promise<Uint8Array>,
  size: number,
): Promise<Uint8Array> {
  const whole = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const part = await read(at, Math.min(rangeBytes, size - at));
    if (part.length === 0) return whole.subarray(0, at);
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
