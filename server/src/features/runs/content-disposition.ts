/** Pictures that a browser shows without running anything in them. Everything else that strangers made is saved, not shown. */
const shown = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif']);

export function isShown(type: string): boolean {
  return shown.has(type);
}

/**
 * RFC 6266: the name once as plain ASCII and once as UTF-8. The name came from a stranger: quotes, backslashes, control
 * characters and folders must not get out of the header's string or of the folder the browser saves to.
 */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  // Control characters, and those that turn the reading direction (a "gpj.exe" that reads as "exe.jpg").
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const plain = name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').toWellFormed();
  const last = plain.split(/[/\\]/).at(-1)?.trim() || 'file';
  const ascii = last.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(last).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
