import { Type } from 'typebox';

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Schema of any JSON value; depth and size are limited elsewhere, on the text, before it is parsed. */
export const JsonValue = Type.Unsafe<Json>(Type.Unknown());

/** Schema of a JSON object with any keys. */
export const JsonObject = Type.Unsafe<{ readonly [key: string]: Json }>(Type.Record(Type.String(), Type.Unknown()));
