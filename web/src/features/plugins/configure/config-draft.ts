import { validateConfig, type ConfigSchema } from '@proofpix/contract/config-schema';
import type { FieldError } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';

export type ConfigObject = { readonly [key: string]: Json };

/** A configuration as somebody changes it. Secrets stand apart: what they are is never known here. */
export type Draft = {
  config: ConfigObject;
  /** New values by pointer; null forgets one. What is not named stays as it is. */
  secrets: Readonly<Record<string, string | null>>;
};

/** The place of a property, as the server names it in its errors. */
export function placeOf(parent: string, name: string | number): string {
  return `${parent}/${name}`;
}

export function isObject(value: Json | undefined): value is ConfigObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy with a property set, or left out when there is no value. */
export function withProperty(object: ConfigObject, name: string, value: Json | undefined): ConfigObject {
  const { [name]: _before, ...rest } = object;
  // In its old place where it had one, so that the text form does not jump.
  return value === undefined ? rest : { ...object, [name]: value };
}

/** What is sent: the configuration with the new secrets in their places. */
export function bodyOf({ config, secrets }: Draft): ConfigObject {
  return Object.entries(secrets).reduce(
    (body, [place, value]) => atPlace(body, place.slice(1).split('/'), value),
    config,
  );
}

function atPlace(object: ConfigObject, [name = '', ...rest]: string[], value: string | null): ConfigObject {
  if (rest.length === 0) return { ...object, [name]: value };
  const child = object[name];
  return { ...object, [name]: atPlace(isObject(child) ? child : {}, rest, value) };
}

/** What is wrong, by place, by the rules that the server has too. A secret that is kept is neither missing nor too short. */
export function errorsOf(
  schema: ConfigSchema,
  draft: Draft,
  secretsSet: readonly string[],
): ReadonlyMap<string, string> {
  const forgotten = new Set(Object.keys(draft.secrets).filter((place) => draft.secrets[place] === null));
  const given = Object.fromEntries(Object.entries(draft.secrets).filter(([, value]) => value !== null));
  const kept = new Set(secretsSet.filter((place) => !forgotten.has(place) && given[place] === undefined));
  const wrong = validateConfig(schema, bodyOf({ config: draft.config, secrets: given }));
  return byPlace(wrong.filter(({ field }) => !kept.has(field)));
}

/** The first thing that is wrong with each field. */
export function byPlace(errors: readonly FieldError[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const { field, message } of errors) if (!first.has(field)) first.set(field, message);
  return first;
}
