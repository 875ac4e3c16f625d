import { useEffect, useRef } from 'react';

/** Photos from the clipboard, for as long as nobody pastes into a field. */
export function usePastedFiles(onFiles: ((files: readonly File[]) => void) | null): void {
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });
  useEffect(() => {
    function paste(event: ClipboardEvent) {
      const inField = event.target instanceof Element && event.target.closest('input, textarea, [contenteditable]');
      const files = [...(event.clipboardData?.files ?? [])];
      if (inField || files.length === 0 || latest.current === null) return;
      event.preventDefault();
      latest.current(files.map(named));
    }
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}

/** Browsers call a picture from the clipboard image.png: two of them would have one name. */
function named(file: File): File {
  if (file.name !== 'image.png') return file;
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  return new File([file], `pasted-${time}.png`, { type: file.type });
}
