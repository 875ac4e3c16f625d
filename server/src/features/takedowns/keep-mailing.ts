import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import type { Mailer } from '../mail/open-mail.ts';
import { claimUnmailed, findAddressees, type NoticeRow } from './queries.ts';

const pauseMilliseconds = 3_000;
/** In one transaction. */
const atOnce = 200;
/** In one mail; the others stand in the app. */
const mostItems = 20;
const mailLifetime = 7 * 86_400_000;

type Parts = { db: Database; log: Log; mail: Mailer };

/**
 * Mails what organisations are told. The notice was written with the act; here it becomes mails, in one transaction with the
 * mark that it did: a crash in between loses none and repeats none.
 */
export function keepMailing(parts: Parts): AsyncDisposable {
  let mailing: Promise<unknown> = Promise.resolve();
  const mail = () => {
    mailing = mailing
      .then(() => mailNotices(parts))
      .catch((error: unknown) => parts.log.error({ err: error }, 'notices of takedowns could not be mailed'));
  };
  const timer = setInterval(mail, pauseMilliseconds);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await mailing;
    },
  };
}

async function mailNotices({ db, mail }: Pick<Parts, 'db' | 'mail'>): Promise<void> {
  await asSystem(db, 'takedowns', async (tx) => {
    const notices = await claimUnmailed(tx, atOnce);
    const until = new Date(Date.now() + mailLifetime);
    // One mail for all that an organisation has to know at a time.
    const groups = Object.values(Object.groupBy(notices, ({ organisation_id: id, side }) => `${id} ${side}`));
    for (const group of groups) {
      const [first] = group ?? [];
      if (first === undefined || group === undefined) continue;
      const { organisation_id: organisationId, side } = first;
      const items = group.slice(0, mostItems).map((row) => ({ act: row.act, what: nameOf(row), reason: row.reason }));
      const message = { kind: 'takedown', side, items, more: group.length - items.length } as const;
      for (const { email, language } of await findAddressees(tx, organisationId, side))
        await mail.put(tx, { to: email, language, message }, until);
    }
  });
}

function nameOf({ publisher, plugin_id: plugin, version }: NoticeRow): string {
  return [publisher, ...(plugin === null ? [] : [plugin]), ...(version === null ? [] : [version])].join(' ');
}
