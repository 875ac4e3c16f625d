/** What no reading of the file is needed to see, where it cannot be parsed: another engine might well run it. */
const signs: readonly { pattern: RegExp; what: string }[] = [
  {
    pattern:
      /\b(?:require|import)\s{0,9}\(?\s{0,9}["'`](?:node:)?(?:child_process|cluster|vm|inspector|v8|wasi|worker_threads)["'`]|\bfrom\s{0,9}["'](?:node:)?(?:child_process|cluster|vm|inspector|v8|wasi|worker_threads)["']/,
    what: 'a module that runs programs or code',
  },
  { pattern: /(?:^|[^\w$.])eval\s{0,9}\(|\bnew\s{1,9}Function\s{0,9}\(/, what: 'a way to run text as code' },
  { pattern: /\bprocess\s{0,9}\.\s{0,9}(?:binding|dlopen|_linkedBinding|getBuiltinModule)\b/, what: 'native bindings' },
];

/** What the text of an unreadable file asks for, or null. */
export function signIn(source: string): string | null {
  return signs.find(({ pattern }) => pattern.test(source))?.what ?? null;
}
