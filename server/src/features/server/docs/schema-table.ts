import type { TSchema } from 'typebox';
import { schemaFields, schemaWords } from '../schema-fields.ts';
import { html, prose, type Html } from '../../../http/html.ts';
import { table } from './page.ts';

/** The fields of a schema, those of objects inside it below them by their path. */
export function schemaTable(schema: TSchema, label: string): Html {
  const rows = schemaFields(schema).map(({ path, type, isRequired, meaning }) => [
    html`<code>${path}</code>`,
    html`${type}`,
    html`${isRequired ? 'required' : 'optional'}`,
    prose(meaning),
  ]);
  if (rows.length === 0) return html`<p>${schemaWords(schema)}</p>`;
  return table(['field', 'type', 'presence', 'meaning'], rows, label);
}
