import type { ErrorCode } from '@proofpix/contract/errors';
import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { messages as english } from './messages/en/all.ts';
import type { messages as laterEnglish } from './messages/en/later.ts';
import { setFormatLanguage } from './ui/format.ts';

/** The texts themselves; components ask by `useTranslation`. */
export const texts = createInstance();

export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

declare module 'i18next' {
  // The way in which the library is told its keys: English is the file that the types are taken from.
  interface CustomTypeOptions {
    defaultNS: 'frame';
    resources: typeof english & typeof laterEnglish;
  }
}

const storageKey = 'proofpix-language';

/** Each language is a file of its own: nobody loads two of them before choosing. */
const load = {
  en: async () => (await import('./messages/en/all.ts')).messages,
  de: async () => (await import('./messages/de/all.ts')).messages,
};

/** The words of pages that are loaded when they are opened: the first page is to be light. */
const loadLater = {
  en: async () => (await import('./messages/en/later.ts')).messages,
  de: async () => (await import('./messages/de/later.ts')).messages,
};
let needsLater = false;

/** What was chosen here before, or else the first of the browser's languages that there is. */
function preferredLanguage(): Language {
  const wanted = [storedLanguage(), ...navigator.languages.map((tag) => tag.split('-')[0])];
  return wanted.find(isLanguage) ?? 'en';
}

function storedLanguage(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null; // storage can be switched off; the browser's choice is used then
  }
}

function isLanguage(tag: string | null | undefined): tag is Language {
  return typeof tag === 'string' && Object.hasOwn(languages, tag);
}

/** For what the server writes to people: mails. */
export function pageLanguage(): Language {
  return isLanguage(texts.language) ? texts.language : 'en';
}

/** Before the first page is drawn, so that no page is ever seen without its words. */
export async function startTexts(): Promise<void> {
  const language = preferredLanguage();
  await texts.use(initReactI18next).init({
    lng: language,
    defaultNS: 'frame',
    resources: { [language]: await load[language]() },
    interpolation: { escapeValue: false }, // React escapes
    react: { useSuspense: false },
  });
  // The router asks for the code of its first page, and for its words, before this.
  if (needsLater) addWords(language, await loadLater[language]());
  applyToPage(language);
}

/** Gives a page that is loaded when it is opened, once its words are there too, or will be before anything is drawn. */
export async function withLaterTexts<Page>(page: Promise<Page>): Promise<Page> {
  needsLater = true;
  const { language } = texts;
  if (isLanguage(language)) addWords(language, await loadLater[language]());
  return page;
}

function addWords(language: Language, messages: Readonly<Record<string, object>>): void {
  // Some of `runs` is there already.
  for (const [namespace, words] of Object.entries(messages))
    texts.addResourceBundle(language, namespace, words, true, true);
}

export async function changeLanguage(language: Language): Promise<void> {
  addWords(language, await load[language]());
  if (needsLater) addWords(language, await loadLater[language]());
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // It holds for this page then.
  }
  // Before the pages are drawn anew by the change.
  applyToPage(language);
  await texts.changeLanguage(language);
}

function applyToPage(language: Language): void {
  document.documentElement.lang = language;
  setFormatLanguage(language);
}

/** The server's sentence of an error in the language of the page; undefined where the server's own is that language. */
export function problemSentence(code: ErrorCode): string | undefined {
  // Some are told by pages alone that are loaded later.
  const text: unknown =
    texts.getResource(texts.language, 'problems', code) ?? texts.getResource(texts.language, 'laterProblems', code);
  return typeof text === 'string' ? text : undefined;
}
