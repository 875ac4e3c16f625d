import type { TSchema } from 'typebox';

/** The keywords that our own schemas use. */
type Schema = {
  type?: string;
  title?: string;
  description?: string;
  format?: string;
  pattern?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: readonly string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
};

const deepest = 3;

/** One field of a schema, for people. */
export type SchemaField = { path: string; type: string; isRequired: boolean; meaning: string };

/** The fields of a schema, those of objects inside it below them by their path. */
export function schemaFields(schema: TSchema): SchemaField[] {
  return fieldsOf(schema as Schema, '', 1); // a TypeBox schema is a JSON Schema
}

/** The whole of a schema in words, for one that has no fields. */
export function schemaWords(schema: TSchema): string {
  return typeWords(schema as Schema); // as above
}

function fieldsOf(schema: Schema, prefix: string, depth: number): SchemaField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const row = {
      path,
      type: typeWords(field),
      isRequired: schema.required?.includes(name) ?? false,
      meaning: [field.description, boundWords(field)].filter(Boolean).join('. '),
    };
    const list = field.type === 'array' ? field.items : undefined;
    const inner = list ?? field.anyOf?.find(({ properties }) => properties) ?? field;
    return depth < deepest ? [row, ...fieldsOf(inner, list ? `${path}[].` : `${path}.`, depth + 1)] : [row];
  });
}

function typeWords(schema: Schema): string {
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeWords))].join(' or ');
  if (schema.type === 'array') return `list of ${schema.items ? typeWords(schema.items) : 'anything'}`;
  if (schema.type === 'object') return schema.title ?? (schema.patternProperties ? 'object by name' : 'object');
  if (schema.type === 'string') return schema.format ?? 'text';
  return schema.type ?? 'any JSON';
}

function boundWords(schema: Schema): string {
  const words: string[] = [];
  const range = (minimum: number | undefined, maximum: number | undefined, unit: string) => {
    if (minimum !== undefined && maximum !== undefined) words.push(`${minimum} to ${maximum}${unit}`);
    else if (maximum !== undefined) words.push(`At most ${maximum}${unit}`);
    else if (minimum !== undefined) words.push(`At least ${minimum}${unit}`);
  };
  range(schema.minimum, schema.maximum, '');
  range(schema.minLength, schema.maxLength, ' characters');
  range(schema.minItems, schema.maxItems, ' items');
  if (schema.default !== undefined) words.push(`${JSON.stringify(schema.default)} when left out`);
  return words.join('. ');
}
