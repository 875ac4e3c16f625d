import { tokenAccess } from '@proofpix/contract/api/tokens';
import { auditActs } from '@proofpix/contract/audit';
import { errors } from '@proofpix/contract/errors';
import { describe, expect, test } from 'vitest';
import { messages as firstGerman } from '../src/messages/de/all.ts';
import { messages as laterGerman } from '../src/messages/de/later.ts';
import { messages as firstEnglish } from '../src/messages/en/all.ts';
import { messages as laterEnglish } from '../src/messages/en/later.ts';

const german = { ...firstGerman, ...laterGerman, runs: { ...firstGerman.runs, ...laterGerman.runs } };
const english = { ...firstEnglish, ...laterEnglish, runs: { ...firstEnglish.runs, ...laterEnglish.runs } };

type Texts = { [key: string]: string | Texts };

/** Each text by its whole key. Plural forms stand under one key: how many there are is up to the language. */
function flat(texts: Texts, before = ''): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [key, value] of Object.entries(texts)) {
    const inner =
      typeof value === 'string'
        ? [[key.replace(/_(zero|one|two|few|many|other)$/, ''), [value]] as const]
        : flat(value);
    for (const [name, forms] of inner) {
      const whole = before + (typeof value === 'string' ? name : `${key}.${name}`);
      all.set(whole, [...(all.get(whole) ?? []), ...forms]);
    }
  }
  return all;
}

/** What a text lets in. `count` may be left out of the form for one. */
function placeholders(forms: readonly string[]): string[] {
  const names = forms.flatMap((form) => [...form.matchAll(/\{\{\s*-?\s*(\w+)[^}]*\}\}|<\/?(\w+)\/?>/g)]);
  return [...new Set(names.map((match) => match[1] ?? `<${match[2]}>`))].sort();
}

describe('the message files', () => {
  const namespaces = Object.keys(english).filter((name) => !/problems|^acts$/i.test(name)) as Exclude<
    keyof typeof english,
    'problems' | 'laterProblems' | 'acts'
  >[]; // its own keys

  test.each(namespaces)('of %s have the same keys and placeholders in both languages', (namespace) => {
    const ours = flat(english[namespace]);
    const theirs = flat(german[namespace]);
    expect([...theirs.keys()].sort()).toEqual([...ours.keys()].sort());
    for (const [key, forms] of ours) {
      expect(placeholders(theirs.get(key) ?? []), `${namespace}:${key}`).toEqual(placeholders(forms));
    }
  });

  test.each([...namespaces, 'problems' as const, 'acts' as const])('of %s leave no text empty', (namespace) => {
    for (const texts of [english[namespace], german[namespace]]) {
      for (const [key, forms] of flat(texts)) {
        for (const form of forms) expect(form.trim(), `${namespace}:${key}`).not.toBe('');
      }
    }
  });

  test('a plural has a form for one and for other', () => {
    const wrong = [english, german].flatMap((language) =>
      Object.entries(language).flatMap(([namespace, texts]) =>
        Object.keys(flatKeys(texts)).filter((key) => {
          const other = key.endsWith('_one') ? key.replace(/_one$/, '_other') : key.replace(/_other$/, '_one');
          return other !== key && !Object.hasOwn(flatKeys(texts), other) ? `${namespace}:${key}` : false;
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('address nobody in German: what is done stands as an infinitive or a noun', () => {
    // "Sie" that begins a sentence can be "they".
    const address = /[\p{Ll},;:“] (Sie|Ihnen|Ihr(e[mnrs]?)?)\b|\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein(e[mnrs]?)?|[Bb]itte)\b/u;
    const addressed = Object.entries(german).flatMap(([namespace, texts]) =>
      [...flat(texts)].flatMap(([key, forms]) =>
        forms.some((form) => address.test(form)) ? `${namespace}:${key}` : [],
      ),
    );
    expect(addressed).toEqual([]);
  });

  test('name every error of the server in German, and no other', () => {
    expect(Object.keys({ ...german.problems, ...german.laterProblems }).sort()).toEqual(Object.keys(errors).sort());
    // English is the server's own language.
    expect({ ...english.problems, ...english.laterProblems }).toEqual({});
  });

  test('say of all access that a token can be given what it allows', () => {
    const names = tokenAccess.map((name) => name.replace(':', '_')).sort();
    for (const { tokens } of [german, english]) expect(Object.keys(tokens.access).sort()).toEqual(names);
  });

  test('name every act of the audit trail in German, and no other', () => {
    expect(Object.keys(german.acts).sort()).toEqual(Object.keys(auditActs).sort());
    // English stands in the contract.
    expect(english.acts).toEqual({});
  });
});

function flatKeys(texts: Texts, before = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' ? [[before + key, value]] : Object.entries(flatKeys(value, `${before}${key}.`)),
    ),
  );
}
