import { Type, type Static, type TObject, type TSchema } from 'typebox';
import type { Access, Plan } from './access.ts';
import type { ErrorCode } from './errors.ts';
import type { RateLimitName } from './rate-limits.ts';

/** One route: what it takes, what it gives, and what it demands of the caller. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` parameters. */
  path: string;
  summary: string;
  access: Access;
  plan: Plan;
  /** How often it may be called; `reading` or `change` by its method when left out. */
  limit?: RateLimitName | 'none';
  /** Not one of the month's requests, so that it answers when they are used up. */
  uncounted?: true;
  params?: TObject;
  query?: TObject;
  /** JSON body. */
  body?: TSchema;
  /** Fields of a multipart/form-data body; `file` fields are described in words. Beside `body`: either form is taken. */
  multipart?: Record<string, string>;
  /** By status. `Binary` and `EventStream` stand for bodies that are not JSON. */
  replies: Record<number, TSchema>;
  errors: readonly ErrorCode[];
};

/** Keeps the literal types of a row, from which the client and the handlers are typed. */
export function route<const R extends Route>(row: R): R {
  return row;
}

/** A download. */
export const Binary = Type.Unsafe<Response>(Type.String({ format: 'binary' }));
/** Server-sent events, or a WebSocket after the upgrade. */
export const EventStream = Type.Unsafe<Response>(Type.String({ description: 'An endless stream of events' }));
export const NoContent = Type.Null();

export const Cursor = Type.Optional(Type.String({ maxLength: 500, description: '`nextCursor` of the page before' }));

/** A page of a list. Totals are exact up to 1,000, then a lower bound. */
export function page<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
    total: Type.Integer(),
    totalIsLowerBound: Type.Boolean(),
  });
}

type StaticOf<Schema> = Schema extends TSchema ? Static<Schema> : undefined;
export type RouteParams<R extends Route> = StaticOf<R['params']>;
export type RouteQuery<R extends Route> = StaticOf<R['query']>;
export type RouteBody<R extends Route> = StaticOf<R['body']>;
/** What a caller gets from any 2xx answer. */
export type RouteReply<R extends Route> = {
  [Status in keyof R['replies']]: StaticOf<R['replies'][Status]>;
}[keyof R['replies']];
