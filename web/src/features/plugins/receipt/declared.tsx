import { httpWithoutHosts, permissions, type Permission } from '@proofpix/contract/permissions';
import { limits } from '@proofpix/contract/limits';
import type { LimitInForce, PluginReceipt } from '@proofpix/contract/receipts';
import { bytes, count, listed } from '../../../ui/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './facts.module.css';

const limitWords: Record<LimitInForce['limit'], string> = {
  memory: 'Memory',
  timeout: 'Time for a call',
  cpu: 'Processor time for a call',
  requestsPerMinute: 'Requests',
};

/** What it asked for, what it was given, and what of it was ever used. */
export function Declared({ receipt }: { receipt: PluginReceipt }) {
  const { declared, marks } = receipt;
  return (
    <Section title="Declared, and used">
      {marks.length === 0 ? null : (
        <ul className={css.marks}>
          {marks.map(({ mark, subject, text }) => (
            <li key={`${mark} ${subject}`}>
              <Mark kind={mark === 'permission-unused' || mark === 'host-unused' ? 'note' : 'possible'} />
              {text}
            </li>
          ))}
        </ul>
      )}
      {declared.permissions.length === 0 ? <Empty>It asks for no permission.</Empty> : null}
      <dl className={css.facts}>
        {declared.permissions.map(({ permission, decision, used }) => (
          <div key={permission} className={css.row}>
            <dt>{permission}</dt>
            <dd>
              {sentence(
                permission,
                declared.hosts.map(({ host }) => host),
              )}
            </dd>
            <dd className={css.source}>
              {decision === 'granted'
                ? used
                  ? 'Granted, used'
                  : 'Granted, not used'
                : decision === 'refused'
                  ? 'Refused'
                  : 'Not decided'}
            </dd>
          </div>
        ))}
        {declared.limits.map((limit) => (
          <div key={limit.limit} className={css.row}>
            <dt>{limitWords[limit.limit]}</dt>
            <dd>
              At most {count(limit.inForce)} {limit.unit}
            </dd>
            <dd className={css.source}>
              {limit.asked === null ? 'Asks for the usual' : `Asks for ${count(limit.asked)}`}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function sentence(permission: Permission, hosts: readonly string[]): string {
  if (permission === 'http' && hosts.length === 0) return httpWithoutHosts;
  return permissions[permission]
    .replace('{hosts}', listed(hosts))
    .replace('{quota}', bytes(limits.storageQuotaBytes))
    .replace(' ({providers})', '');
}
