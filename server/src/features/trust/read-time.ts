import { Problem } from '@proofpix/contract/errors';

/** A time of a request, or now. Its form was checked by the row; that there is such a day was not. @throws Problem */
export function timeOf(field: string, text: string | undefined): Date {
  if (text === undefined) return new Date();
  const time = Date.parse(text);
  // Beyond four digits of a year neither the signed form nor every database can say it.
  if (time >= 0 && time < Date.UTC(9_999, 0)) return new Date(time);
  throw new Problem('invalid_request', undefined, [{ field, message: 'is not a time' }]);
}
