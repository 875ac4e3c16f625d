import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';

/** Where a page of a list that is newest first ended. Times have milliseconds in the database, so nothing is skipped. */
export type Position = { at: Date; id: string };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.at.getTime(), position.id])).toString('base64url');
}

/** @throws Problem invalid_request */
export function decodeCursor(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value)) {
      const [time, id] = value as unknown[]; // JSON of a list
      const at = typeof time === 'number' ? new Date(time) : null;
      // Beyond these years ISO texts have other than four digits, which not every database takes.
      const isTime = at !== null && at.getTime() >= 0 && at.getTime() < Date.UTC(9_999, 0);
      if (isTime && typeof id === 'string' && uuid.test(id)) return { at, id };
    }
  } catch {
    // Not JSON: refused below like any other cursor that is not ours.
  }
  throw new Problem('invalid_request', undefined, [{ field: 'cursor', message: 'is not a cursor of this list' }]);
}

/** Rows to count before the total is only a lower bound: one more than is told exactly. */
export const countedRows = limits.exactTotal + 1;

/** A page from rows of which one more was asked for than fits. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  counted: number,
  size: number,
  options: { item: (row: Row) => Item; cursor: (row: Row) => string },
): { items: Item[]; nextCursor: string | null; total: number; totalIsLowerBound: boolean } {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    items: shown.map(options.item),
    nextCursor: rows.length > size && last !== undefined ? options.cursor(last) : null,
    total: Math.min(counted, limits.exactTotal),
    totalIsLowerBound: counted > limits.exactTotal,
  };
}
