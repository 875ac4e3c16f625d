/** What somebody is found by. Sealed in the row of their erasure until it is done. */
export type Sought = {
  userId: string;
  emails: readonly string[];
  names: readonly string[];
  /** Runs and cases beside which they wrote: reports of them may name the author in a way that no search sees. */
  reportsOf: readonly string[];
  /** Beyond the organisation: mails, and whatever other organisations know of the address. */
  everywhere: boolean;
};

/** A word alone may be any word: "Max" is in every second setting. So a name is looked for when it has two. */
function isTelling(name: string): boolean {
  return name.trim().length >= 5 && /\S\s+\S/.test(name.trim());
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** All forms in which the texts of the database, of JSON and of addresses may have it; not as a part of a longer word. */
export function patternOf(texts: readonly string[]): string | null {
  const forms = new Set(
    texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]).filter(Boolean),
  );
  if (forms.size === 0) return null;
  const any = [...forms].map((form) => escape(form).replaceAll(/\s+/g, String.raw`\s+`)).join('|');
  return `(?<![[:alnum:]])(?:${any})(?![[:alnum:]])`;
}

export function textsOf({ emails, names }: Pick<Sought, 'emails' | 'names'>): string[] {
  return [...emails, ...names.filter(isTelling)];
}

/** The same for bytes in memory. */
export function finderOf(texts: readonly string[]): (text: string) => boolean {
  const pattern = patternOf(texts);
  if (pattern === null) return () => false;
  const expression = new RegExp(pattern.replaceAll('[[:alnum:]]', String.raw`[\p{L}\p{N}]`), 'iu');
  return (text) => expression.test(text);
}
