import { appendFile } from 'node:fs/promises';
import type { AuditHead } from '@proofpix/contract/audit-record';
import type { Log } from '../../../log.ts';

export type HeadWriter = (heads: readonly AuditHead[]) => Promise<void>;

/**
 * Appends each signed head to a file of the operator, a line each, for a place that this server cannot change. A file that
 * cannot be written holds nothing up: the next head covers all before it.
 */
export function createHeadWriter(file: string | undefined, log: Log): HeadWriter {
  return async (heads) => {
    if (file === undefined || heads.length === 0) return;
    try {
      await appendFile(file, heads.map((head) => `${JSON.stringify(head)}\n`).join(''), { mode: 0o600 });
    } catch (error) {
      log.error({ err: error, file }, 'the signed heads of the audit trail could not be written');
    }
  };
}
