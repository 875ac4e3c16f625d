import { asSystem } from '../../../db/tenancy.ts';
import type { JobIds } from '../../../queue.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';
import { deletePoint } from '../../plugins/updates/queries.ts';
import { secretsPurpose } from '../../plugins/config/stored-config.ts';
import { storagePurpose } from '../../plugins/storage/keep-storage.ts';
import { openStoredMail } from '../../mail/send-mail.ts';
import { deleteMail } from '../../mail/queries.ts';
import type { PrivacyParts } from '../parts.ts';
import { erasurePurpose } from './erase-person.ts';
import { deletedRows, freeTexts, sealedRows } from './free-texts.ts';
import { eraseOutbox } from './outbox.ts';
import {
  deleteExports,
  deleteLinks,
  deleteNaming,
  deleteValue,
  eraseDetails,
  erasePersonal,
  failErasure,
  findErasure,
  finishErasure,
  listReportFiles,
  readMails,
  readSecrets,
  readValues,
  redactColumn,
} from './queries.ts';
import { textsIn } from './search-bytes.ts';
import { finderOf, patternOf, textsOf, type Sought } from './sought.ts';

type Parts = Pick<PrivacyParts, 'db' | 'keys' | 'log' | 'objects' | 'keeper' | 'outbox'>;

const valuesAtOnce = 100;

/**
 * Looks for somebody in every place where a text may name them, a transaction a place: nobody waits for the whole of it,
 * and what a crash interrupts begins again from the start and finds less.
 */
export async function finishPerson(parts: Parts, { organisationId, id }: JobIds, signal: AbortSignal): Promise<void> {
  const { db, keys } = parts;
  const row = await asSystem(db, 'erase', (tx) => findErasure(tx, id));
  if (row === undefined || row.sought === null) return; // done already
  const sought = JSON.parse(
    Buffer.from(keys.open(row.sought, erasurePurpose(organisationId, id))).toString(),
  ) as Sought; // what was sealed when it began
  const found: Record<string, number> = {};
  const count = (place: string, number: number) => {
    if (number > 0) found[place] = (found[place] ?? 0) + number;
  };
  const here = { organisationId, texts: textsOf(sought) };
  await sweepTables(parts, here, sought.userId, count, signal);
  await sweepSealed(parts, here, count, signal);
  await sweepReports(parts, { ...here, reportsOf: sought.reportsOf }, count, signal);
  if (sought.everywhere) {
    // Others know the address by an invitation, the server by its mails. A name alone may be somebody else's there.
    await sweepTables(parts, { organisationId: null, texts: sought.emails }, sought.userId, count, signal);
    await sweepMails(parts, sought, count);
  }
  await asSystem(db, 'erase', async (tx) => {
    await finishErasure(tx, id, found);
    await recordAct(tx, {
      organisationId,
      actor: systemActor('erasure'),
      act: 'person.erased',
      subject: { kind: 'member', id: sought.userId },
      after: { erasure: id, found },
    });
  });
}

/** It is taken up again at the next start. */
export async function giveUpPerson({ db, log }: Pick<Parts, 'db' | 'log'>, { id }: JobIds): Promise<void> {
  log.error({ erasure: id }, 'a person could not be erased everywhere yet');
  await asSystem(db, 'erase', (tx) => failErasure(tx, id));
}

type Count = (place: string, number: number) => void;
type Where = { organisationId: string; texts: readonly string[] };

async function sweepTables(
  { db }: Parts,
  { organisationId, texts }: { organisationId: string | null; texts: readonly string[] },
  userId: string,
  count: Count,
  signal: AbortSignal,
): Promise<void> {
  const pattern = patternOf(texts);
  count('audit_acts', await asSystem(db, 'erase', (tx) => erasePersonal(tx, { organisationId, userId, pattern })));
  if (pattern === null) return;
  const scope = { organisationId, pattern };
  const details = await asSystem(db, 'erase', (tx) => eraseDetails(tx, scope));
  count('audit_acts.details', details.erased);
  count('audit_acts.sealed-by-an-older-version', details.kept);
  for (const place of freeTexts) {
    signal.throwIfAborted();
    count(`${place.table}.${place.column}`, await asSystem(db, 'erase', (tx) => redactColumn(tx, place, scope)));
  }
  for (const rows of deletedRows) {
    signal.throwIfAborted();
    count(rows.table, await asSystem(db, 'erase', (tx) => deleteNaming(tx, rows, scope)));
  }
}

async function sweepSealed(
  { db, keys, log }: Parts,
  { organisationId, texts }: Where,
  count: Count,
  signal: AbortSignal,
): Promise<void> {
  const names = finderOf(texts);
  const isNamed = (sealed: Uint8Array, purpose: string) => {
    try {
      return names(Buffer.from(keys.open(sealed, purpose)).toString());
    } catch {
      log.warn({ organisationId }, 'a sealed value does not open and could not be searched');
      return false;
    }
  };
  for (const table of sealedRows) {
    let after: readonly [string, string] | null = null;
    for (;;) {
      signal.throwIfAborted();
      const from: readonly [string, string] | null = after;
      const values = await asSystem(db, 'erase', async (tx) => {
        const read = await readValues(tx, table, { organisationId, after: from, limit: valuesAtOnce });
        for (const row of read) {
          const installation = { id: row.installation_id, organisationId };
          if (!isNamed(row.value, storagePurpose(installation, row.key))) continue;
          await deleteValue(tx, row);
          count(`${table}.value`, 1);
        }
        return read;
      });
      const last = values.at(-1);
      if (last === undefined || values.length < valuesAtOnce) break;
      after = [last.point ?? last.installation_id, last.key];
    }
  }
  await asSystem(db, 'erase', async (tx) => {
    for (const { id, installation_id, secrets } of await readSecrets(tx, 'plugin_restore_points', organisationId)) {
      if (!isNamed(secrets, secretsPurpose({ organisationId, id: installation_id }))) continue;
      await deletePoint(tx, id);
      count('plugin_restore_points', 1);
    }
    // A secret that works is the organisation's: taking it away would stop the plugin. Its admins read that it is there.
    for (const { installation_id, secrets } of await readSecrets(tx, 'plugin_configurations', organisationId))
      if (isNamed(secrets, secretsPurpose({ organisationId, id: installation_id })))
        count('plugin_configurations.secrets-to-be-replaced', 1);
  });
}

/** Reports are copies: those that may name somebody are deleted, and can be made anew. */
async function sweepReports(
  { db, objects, keeper }: Parts,
  { organisationId, texts, reportsOf }: Where & { reportsOf: readonly string[] },
  count: Count,
  signal: AbortSignal,
): Promise<void> {
  const names = finderOf(texts);
  const noted = new Set(reportsOf);
  const naming = new Set<string>();
  for (const file of await asSystem(db, 'erase', (tx) => listReportFiles(tx, organisationId))) {
    signal.throwIfAborted();
    if (naming.has(file.export_id)) continue;
    if (noted.has(file.about) || file.runs.some((run) => noted.has(run))) naming.add(file.export_id);
    else {
      const bytes = await objects.read(organisationId, file.sha256, 0, file.size);
      for (const text of textsIn(bytes)) if (names(text)) naming.add(file.export_id);
    }
  }
  const digests = await asSystem(db, 'erase', (tx) => deleteExports(tx, organisationId, [...naming]));
  await keeper.release(organisationId, digests);
  count('exports', naming.size);
}

async function sweepMails({ db, keys, outbox }: Parts, sought: Sought, count: Count): Promise<void> {
  const names = finderOf(textsOf(sought));
  await asSystem(db, 'erase', async (tx) => {
    count('password_resets, email_changes', await deleteLinks(tx, sought.emails));
    for (const { id, content } of await readMails(tx)) {
      if (!names(JSON.stringify(openStoredMail(keys, id, content)))) continue;
      await deleteMail(tx, id);
      count('mails', 1);
    }
  });
  count('outbox', await eraseOutbox(outbox, names));
}
