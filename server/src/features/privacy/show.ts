import type { EraseEvent, ToldPlugin } from '@proofpix/contract/erase-event';
import type { Erasure, EraseNotice, RetentionDone, RetentionRun } from '@proofpix/contract/privacy';

type ErasureRow = {
  id: string;
  subject_id: string;
  asked_by: 'self' | 'admin';
  whole: boolean;
  state: 'waiting' | 'done' | 'failed';
  found: { readonly [place: string]: number };
  created_at: Date;
  finished_at: Date | null;
};

export function showErasure(row: ErasureRow): Erasure {
  return {
    id: row.id,
    person: row.subject_id,
    askedBy: row.asked_by,
    whole: row.whole,
    state: row.state,
    found: { ...row.found },
    at: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

type NoticeRow = {
  id: string;
  event: EraseEvent;
  told: readonly ToldPlugin[];
  created_at: Date;
  finished_at: Date | null;
};

export function showNotice({ id, event, told, created_at, finished_at }: NoticeRow): EraseNotice {
  return {
    id,
    kind: event.kind,
    ids: event.kind === 'person' ? [event.person] : event.kind === 'organisation' ? [] : [...event.runs],
    at: created_at.toISOString(),
    finishedAt: finished_at?.toISOString() ?? null,
    told: told.map((one) => ({ ...one })),
  };
}

type RunRow = {
  id: string;
  deleted: readonly RetentionDone[];
  public_key: string;
  signature: string;
  created_at: Date;
};

export function showRetentionRun({ id, deleted, public_key, signature, created_at }: RunRow): RetentionRun {
  const at = created_at.toISOString();
  return { id, at, deleted: deleted.map((each) => ({ ...each })), publicKey: public_key, signature };
}
