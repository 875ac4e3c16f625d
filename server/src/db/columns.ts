import type { ColumnType, Generated } from 'kysely';
import type { Json } from '@proofpix/contract/json';

/**
 * Row types, as both databases give them (types.ts has the parsers): bigint and numeric are numbers, times are Dates,
 * bytea is Uint8Array. JSON goes in as text: always through `jsonText` of types.ts, which takes out what jsonb refuses.
 */
export type Id = Generated<string>;
export type Created = ColumnType<Date, Date | string | undefined, never>;
export type Updated = ColumnType<Date, never, never>;
export type Computed<T> = ColumnType<T, never, never>;
export type Time = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
export type RequiredTime = ColumnType<Date, Date | string, Date | string>;
export type WithDefault<T> = ColumnType<T, T | undefined, T>;
export type JsonText<T> = ColumnType<T, string, string>;
export type JsonTextWithDefault<T> = ColumnType<T, string | undefined, string>;
export type NullableJsonText<T> = ColumnType<T | null, string | null | undefined, string | null>;
export type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
export type JsonObject = { readonly [key: string]: Json };
