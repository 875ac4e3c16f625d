/**
 * Text as it can be stored and sent everywhere: NUL (no JSONB takes it; EXIF texts end in it) and halves of characters
 * become U+FFFD.
 */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\ufffd') : wellFormed;
}
