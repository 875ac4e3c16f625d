import type { HookInput } from '@proofpix/sdk/hooks';

export type Metadata = HookInput<'data:analyze'>['metadata'];

/** Text of a tag, cut: strangers wrote it. Null for anything else and for blanks. */
export function textOf(metadata: Metadata, tag: string): string | null {
  const value = metadata[tag];
  const text = typeof value === 'string' ? value.slice(0, 200).trim() : '';
  return text === '' ? null : text;
}

/** A number that means something: finite and above zero. */
export function sizeOf(metadata: Metadata, tag: string): number | null {
  const value = metadata[tag];
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

/** A time as exiftool writes it, in milliseconds as if it were UTC; its zone is left out. Null for none. */
export function wallOf(metadata: Metadata, tag: string): number | null {
  const text = textOf(metadata, tag);
  const match = text === null ? null : /^(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2})(?::(\d{2}))?/.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (year < 1900 || month < 1 || month > 12 || day < 1 || day > 31 || hours > 23 || minutes > 59) return null;
  return Date.UTC(year, month - 1, day, hours, minutes, seconds);
}
