import type { FastifyRequest } from 'fastify';
import { Compile, type Validator } from 'typebox/compile';
import { Type, type TSchema } from 'typebox';
import { Problem, type FieldError } from '@proofpix/contract/errors';
import type { Route } from '@proofpix/contract/route';

/** The checks of one row, each compiled once, at its first use. Each gives back the part of the request with its type, or throws `invalid_request`. */
export type RowChecks = {
  params(request: FastifyRequest): unknown;
  query(request: FastifyRequest): unknown;
  /** Undefined for a form on a row that takes both. */
  body(request: FastifyRequest): unknown;
  /** Throws an ordinary error when a reply does not fit its row: a fault of ours. */
  reply(status: number, body: unknown): void;
};

export function checksOf(row: Route): RowChecks {
  const params = compiledAtFirstUse(row.params);
  // Closed: a misspelt filter must not answer as if there were none.
  const query = compiledAtFirstUse(row.query && Type.Object(row.query.properties, { additionalProperties: false }));
  const body = compiledAtFirstUse(row.body);
  const replies = new Map<string, Validator>();
  return {
    params: (request) => params && checked(params(), row.params ? fromText(row.params, request.params) : {}),
    query: (request) => query && checked(query(), row.query ? fromText(row.query, request.query) : {}),
    body: (request) => {
      if (body === undefined || (row.multipart !== undefined && isForm(request))) return undefined;
      return checked(body(), request.body);
    },
    reply(status, value) {
      const schema = row.replies[status];
      if (schema === undefined)
        throw new Error(`${row.method} ${row.path} answers ${status}, which its row does not name.`);
      let validator = replies.get(String(status));
      if (validator === undefined) replies.set(String(status), (validator = Compile(schema)));
      const asSent: unknown = value === undefined ? null : JSON.parse(JSON.stringify(value));
      if (validator.Check(asSent)) return;
      const wrong = fieldErrors(validator, asSent).map(({ field, message }) => `${field} ${message}`);
      throw new Error(`${row.method} ${row.path} answers ${status} against its row: ${wrong.join('; ')}`);
    },
  };
}

/** Compiling the rows of all routes takes longer than the rest of listening; most are not called in the first second. */
function compiledAtFirstUse(schema: TSchema | undefined): (() => Validator) | undefined {
  if (schema === undefined) return undefined;
  let validator: Validator | undefined;
  return () => (validator ??= Compile(schema));
}

/** Whether the request is a multipart form: read it with `upload.ts`. */
export function isForm(request: FastifyRequest): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}

function checked(validator: Validator, value: unknown): unknown {
  if (!validator.Check(value)) throw new Problem('invalid_request', undefined, fieldErrors(validator, value));
  const nul = nulField(validator.Type(), value, '');
  if (nul !== undefined)
    throw new Problem('invalid_request', undefined, [{ field: nul, message: 'must not contain the NUL character' }]);
  return validator.Default(value);
}

/** Numbers and booleans of a path or query come as text, and a list of one as its only item. */
function fromText(schema: TSchema, given: unknown): Record<string, unknown> {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {}; // rows' queries are objects
  const converted: Record<string, unknown> = { ...(given as Record<string, unknown>) }; // Fastify's query and params are always objects
  for (const [name, value] of Object.entries(converted)) {
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
    if ((type === 'integer' || type === 'number') && typeof value === 'string' && /^-?\d{1,15}$/.test(value))
      converted[name] = Number(value);
    if (type === 'array' && typeof value === 'string') converted[name] = [value];
    if (type === 'boolean' && (value === 'true' || value === 'false')) converted[name] = value === 'true';
  }
  return converted;
}

/** Neither database keeps NUL in text: refused here by name, instead of failing there. Free-form JSON is the feature's business. */
function nulField(schema: unknown, value: unknown, at: string): string | undefined {
  if (typeof value === 'string') return isText(schema) && value.includes('\0') ? at || '/' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const { properties, items } = schema as { properties?: Record<string, unknown>; items?: unknown }; // a JSON Schema
  for (const [name, child] of Object.entries(value)) {
    const childSchema = Array.isArray(value) ? items : properties?.[name];
    const found = childSchema === undefined ? undefined : nulField(childSchema, child, `${at}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isText(schema: unknown): boolean {
  return (schema as { type?: string }).type === 'string'; // a JSON Schema
}

/** What is wrong, a field a line. Messages of union branches are dropped where a deeper one says it better. */
export function fieldErrors(validator: Validator, value: unknown): FieldError[] {
  const wrong = new Map<string, string>();
  for (const error of validator.Errors(value)) {
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) wrong.set(`${error.instancePath}/${name}`, 'is required');
    } else if (error.keyword === 'additionalProperties') {
      for (const name of error.params.additionalProperties)
        wrong.set(`${error.instancePath}/${name}`, 'is not a known field');
    } else if (error.keyword === 'enum') {
      wrong.set(error.instancePath, `must be one of ${error.params.allowedValues.join(', ')}`);
    } else if (error.keyword !== 'boolean' && !wrong.has(error.instancePath || '/')) {
      wrong.set(error.instancePath || '/', error.message);
    }
  }
  return [...wrong].slice(0, 50).map(([field, message]) => ({ field, message }));
}
