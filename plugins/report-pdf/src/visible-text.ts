/**
 * What a stranger wrote, as it is printed: on one line, and with everything that cannot be seen made visible. A name that
 * turns the text around (`exe.gpj`), or hides half of itself, must not read like another one.
 */
export function visibleText(text: string, most = 400): string {
  const cut = text.length > most ? text.slice(0, most) : text;
  const visible = cut
    .replace(/[\t\n\r\v\f\u0085\u2028\u2029 \u00a0\u2000-\u200a\u202f\u205f\u3000]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, numberOf)
    // Piles of marks reach over the lines above and below.
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim();
  return cut === text ? visible : `${visible} … (cut: ${withCommas(text.length)} characters)`;
}

/** A character as its number, where it cannot be printed. */
export function numberOf(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** `12,345` */
export function withCommas(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `3.8 MB` */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1_000;
  let unit = 0;
  for (; value >= 1_000 && unit < 2; unit += 1) value /= 1_000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21 Jun 2026, 14:05:33 UTC`, or what was given where it is no time. */
export function timeText(iso: string | null | undefined): string {
  if (iso == null || iso === '') return 'Not recorded';
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return visibleText(iso, 60);
  const [day, time = ''] = date.toISOString().split('T');
  const [year, month, number] = (day ?? '').split('-');
  return `${Number(number)} ${months[Number(month) - 1]} ${year}, ${time.slice(0, 8)} UTC`;
}

/** `1 finding`, `12 findings` */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${withCommas(count)} ${count === 1 ? one : several}`;
}
