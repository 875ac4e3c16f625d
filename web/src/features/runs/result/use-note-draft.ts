import { useRef, useState } from 'react';

/** The note that is being written. Beginning one leads to its field; what was written already is kept. */
export function useNoteDraft() {
  const [draft, setDraft] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  return {
    draft,
    field,
    change: setDraft,
    begin: (text: string) => {
      setDraft((before) => (before.trim() === '' ? text : before));
      field.current?.focus();
      field.current?.scrollIntoView({ block: 'center' });
    },
  };
}
