/** A picture of what differs between two, made in the browser: only of what it can decode. */
export type Difference = {
  url: string;
  /** Of all pixels, from 0 to 1: those that differ by more than saving again explains. */
  share: number;
};

const widest = 1200;
/** Steps of 255. Saving a JPEG again moves most pixels by less. */
const noise = 12;
const amplified = 8;

/** Whether one can be laid on the other: a picture of another shape would differ everywhere. */
export function sameShape(a: HTMLImageElement, b: HTMLImageElement): boolean {
  const shape = (image: HTMLImageElement) => image.naturalWidth / image.naturalHeight;
  return Math.abs(shape(a) / shape(b) - 1) < 0.01;
}

export async function loadImage(src: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = src;
  await image.decode();
  return image;
}

export async function differenceOf(a: HTMLImageElement, b: HTMLImageElement): Promise<Difference> {
  const width = Math.min(widest, a.naturalWidth, b.naturalWidth);
  const height = Math.max(1, Math.round((width * a.naturalHeight) / a.naturalWidth));
  const one = pixelsOf(a, width, height);
  const other = pixelsOf(b, width, height);
  const out = new ImageData(width, height);
  let differing = 0;
  for (let at = 0; at < one.length; at += 4) {
    let most = 0;
    for (let channel = 0; channel < 3; channel += 1) {
      const apart = Math.abs((one[at + channel] ?? 0) - (other[at + channel] ?? 0));
      most = Math.max(most, apart);
      out.data[at + channel] = Math.min(255, apart * amplified);
    }
    out.data[at + 3] = 255;
    if (most > noise) differing += 1;
  }
  const { canvas, context } = canvasOf(width, height);
  context.putImageData(out, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The canvas gave no picture.');
  return { url: URL.createObjectURL(blob), share: differing / (width * height) };
}

function pixelsOf(image: HTMLImageElement, width: number, height: number): Uint8ClampedArray {
  const { context } = canvasOf(width, height);
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}

function canvasOf(width: number, height: number) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser draws on no canvas.');
  return { canvas, context };
}
