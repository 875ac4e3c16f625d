import fontkit from '@pdf-lib/fontkit';
import geistMono from '@expo-google-fonts/geist-mono/400Regular/GeistMono_400Regular.ttf';
import geist from '@expo-google-fonts/geist/400Regular/Geist_400Regular.ttf';
import geistSemibold from '@expo-google-fonts/geist/600SemiBold/Geist_600SemiBold.ttf';
import dejaVu from 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf';
import type { PDFDocument, PDFFont } from 'pdf-lib';
import type { Face } from './style.ts';
import { numberOf } from './visible-text.ts';

/** A part of a text in one font. */
export type Run = { text: string; font: PDFFont };

export type Fonts = {
  /** The text as the fonts can write it, in its parts. */
  runs(text: string, face: Face): Run[];
  /** Points. */
  width(text: string, face: Face, size: number): number;
  /** Whether any character had to be written as its number. */
  missing(): boolean;
};

type Fontkit = Parameters<PDFDocument['registerFontkit']>[0];
type Font = ReturnType<Fontkit['create']>;
type Glyph = ReturnType<Font['layout']>['glyphs'][number];

/** Written from right to left, or changing their form by what stands beside them: they need the layout engine. */
const needsLayout = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** Geist where it has the characters, DejaVu Sans for Greek, Hebrew, Arabic, Armenian and symbols. */
export async function embedFonts(doc: PDFDocument): Promise<Fonts> {
  const loaded: { font: Font; embedded: PDFFont }[] = [];
  let created: Font | undefined;
  doc.registerFontkit({ create: (bytes: Uint8Array) => (created = quickly(fontkit.create(bytes))) });
  for (const base64 of [geist, geistSemibold, geistMono, dejaVu]) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const embedded = await doc.embedFont(bytes, { subset: true });
    if (created !== undefined) loaded.push({ font: created, embedded });
  }
  const [regular, semibold, mono, fallback] = loaded as [Loaded, Loaded, Loaded, Loaded]; // as many as there are fonts
  const faces = { regular, semibold, mono };
  const widths = new Map<string, number>();
  let missing = false;

  function pick(character: string, face: Face): { text: string; loaded: Loaded } {
    const code = character.codePointAt(0) ?? 0;
    const first = faces[face];
    if (first.font.hasGlyphForCodePoint(code)) return { text: character, loaded: first };
    if (fallback.font.hasGlyphForCodePoint(code)) return { text: character, loaded: fallback };
    missing = true;
    return { text: numberOf(character), loaded: first };
  }

  function runs(text: string, face: Face): Run[] {
    const found: Run[] = [];
    const isRight = needsLayout.test(text);
    for (const character of text) {
      const last = found.at(-1);
      const { text: written, loaded: used } = pick(character, face);
      // Words from right to left keep their order only in one run with the spaces between them.
      const between = isRight && character === ' ' && last?.font === fallback.embedded;
      const font = between ? fallback.embedded : used.embedded;
      if (last?.font === font) last.text += written;
      else found.push({ text: written, font });
    }
    return found;
  }

  return {
    runs,
    width(text, face, size) {
      let sum = 0;
      if (needsLayout.test(text)) {
        for (const run of runs(text, face)) sum += run.font.widthOfTextAtSize(run.text, size);
        return sum;
      }
      for (const character of text) {
        const key = face + character;
        let one = widths.get(key);
        if (one === undefined) {
          const { text: written, loaded: used } = pick(character, face);
          one = used.embedded.widthOfTextAtSize(written, 1);
          widths.set(key, one);
        }
        sum += one * size;
      }
      return sum;
    },
    missing: () => missing,
  };
}

type Loaded = { font: Font; embedded: PDFFont };

/**
 * The layout engine looks up ligatures and kerning at every text: most of the time of a large report. Here each character
 * is its glyph, except where a script cannot be read that way.
 */
function quickly(font: Font): Font {
  const glyphs = new Map<number, Glyph>();
  const layout = font.layout.bind(font);
  font.layout = ((text: string, ...rest: []) => {
    if (needsLayout.test(text)) return layout(text, ...rest);
    const found: Glyph[] = [];
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      let glyph = glyphs.get(code);
      if (glyph === undefined) {
        glyph = font.glyphForCodePoint(code);
        glyphs.set(code, glyph);
      }
      found.push(glyph);
    }
    return { glyphs: found };
  }) as Font['layout'];
  return font;
}
