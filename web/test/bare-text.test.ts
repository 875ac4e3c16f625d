import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../src');

/** Names, which are the same in every language. */
const names = ['ProofPix', 'SHA-256', 'SHA-512', 'Esc', 'Ctrl'];

/** Attributes whose value people read or hear. */
const spoken = new Set([
  'aria-label',
  'aria-description',
  'alt',
  'title',
  'label',
  'placeholder',
  'description',
  'what',
  'action',
  'none',
  'text',
  'words',
]);

/** Folders that still stand in English alone. Each leaves this list when its texts are in message files. */
const waiting: readonly string[] = [];

type Node = { type: string; start: number; [key: string]: unknown };

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) if (isNode(each)) yield* walk(each);
  }
}

/** Something to read: at least one word of two letters. Signs and units stand in every language. */
function isText(text: string): boolean {
  const plain = names.reduce((left, name) => left.replaceAll(name, ''), text);
  // An address as an example is no sentence.
  return /\p{L}{2}/u.test(plain) && !URL.canParse(plain);
}

function wordsOf(value: unknown): string[] {
  if (!isNode(value)) return [];
  if (value.type === 'Literal') return typeof value['value'] === 'string' ? [value['value']] : [];
  if (value.type === 'JSXExpressionContainer') return wordsOf(value['expression']);
  if (value.type === 'ConditionalExpression') return [...wordsOf(value['consequent']), ...wordsOf(value['alternate'])];
  if (value.type === 'LogicalExpression') return [...wordsOf(value['left']), ...wordsOf(value['right'])];
  if (value.type !== 'TemplateLiteral') return [];
  return (value['quasis'] as { value: { raw: string } }[]).map((quasi) => quasi.value.raw); // its parts
}

/** The text that stands in the markup itself instead of a message file. */
function bareTexts(path: string, source: string): string[] {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found: string[] = [];
  const ofAttributes = new Set<unknown>();
  for (const node of walk(program as unknown as Node)) {
    if (node.type === 'JSXText') found.push(String(node['value']));
    // A node comes before its parts, so the value of an attribute is known as one here.
    else if (node.type === 'JSXExpressionContainer' && !ofAttributes.has(node)) found.push(...wordsOf(node));
    else if (node.type === 'JSXAttribute') {
      ofAttributes.add(node['value']);
      const name = (node['name'] as { name?: unknown }).name; // a name, or a namespaced one
      if (typeof name === 'string' && spoken.has(name)) found.push(...wordsOf(node['value']));
    }
  }
  return found.filter(isText);
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.tsx'))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('the pages', () => {
  test('the check sees text, attributes and choices, and lets signs and names be', () => {
    const bare = (jsx: string) => bareTexts('page.tsx', `const page = ${jsx};`);
    expect(bare('<p>Nothing here</p>')).toEqual(['Nothing here']);
    expect(bare("<p>{ready ? 'Ready' : t('waits')}</p>")).toEqual(['Ready']);
    expect(bare('<button aria-label="Close it" className="big button" />')).toEqual(['Close it']);
    expect(bare('<p title={`Copy ${what}`} />')).toEqual(['Copy ']);
    expect(bare("<p className={on ? 'wide' : 'narrow'}>{t('text')} · {size} × 2 ProofPix</p>")).toEqual([]);
    expect(bare('<span>ProofPix</span>')).toEqual([]);
  });

  test('have no text of their own: every word stands in a message file', () => {
    const files = sourceFiles(root);
    expect(files.length).toBeGreaterThan(40);
    const wrong = files
      .map((file) => relative(root, file).replaceAll('\\', '/'))
      .filter((path) => !waiting.some((folder) => path.startsWith(folder)))
      .flatMap((path) =>
        bareTexts(path, readFileSync(join(root, path), 'utf8')).map((text) => `${path}: ${text.trim()}`),
      );
    expect(wrong).toEqual([]);
  });
});
