import type { TSchema } from 'typebox';
import { schemaFields, schemaWords } from '../schema-fields.ts';

export const generatedNote =
  '<!-- Written by `npm run generate` from the contract. Change the contract, not this file. -->';

export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** The fields of a schema, or what it is in words. */
export function markdownSchema(schema: TSchema): string {
  const fields = schemaFields(schema);
  if (fields.length === 0) return schemaWords(schema);
  return markdownTable(
    ['field', 'type', 'presence', 'meaning'],
    fields.map(({ path, type, isRequired, meaning }) => [
      `\`${path}\``,
      type,
      isRequired ? 'required' : 'optional',
      meaning,
    ]),
  );
}

export function bytesText(bytes: number): string {
  if (bytes % 1024 ** 3 === 0) return `${bytes / 1024 ** 3} GB`;
  if (bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2} MB`;
  return bytes % 1024 === 0 ? `${bytes / 1024} kB` : `${bytes.toLocaleString('en')} bytes`;
}
