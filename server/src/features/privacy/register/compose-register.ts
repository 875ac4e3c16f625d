import type { Database } from '../../../db/database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { ProcessingRegister } from '@proofpix/contract/privacy';
import { daysOf, retentionKinds, retentionNames } from '@proofpix/contract/retention';
import { findOrganisationName } from '../../cases/queries.ts';
import { findSettings } from '../settings/queries.ts';
import { listReached } from './queries.ts';

/** What protects all kinds; each is in force on every server. */
const measures = [
  'Each organisation is kept apart by the database itself (row-level security)',
  'Passwords and tokens are kept as hashes; secrets and what plugins store are sealed with a key that lies apart from the data',
  'Roles decide who does what; two-factor sign-in can be demanded of all members',
  'Every act stands in a chained, signed audit trail; what is personal in it can be erased',
  'Plugins run in a process and isolate of their own without network, and reach only hosts that were granted by name',
  'Publishers of plugins are told how these are used in numbers of days and in steps of five organisations, which name nobody and are kept for good',
  'What is older than it is kept is deleted every day, with a signed proof',
];

/** The register of processing activities, of what is set and installed now. */
export async function composeRegister(db: Database, organisationId: string): Promise<ProcessingRegister> {
  return withOrganisation(db, organisationId, async (tx) => {
    const { retention, controller } = await findSettings(tx, organisationId);
    return {
      organisation: await findOrganisationName(tx, organisationId),
      generatedAt: new Date().toISOString(),
      controller,
      activities: retentionNames.map((kind) => {
        const { name, purpose, people, holds } = retentionKinds[kind];
        return { kind, name, purpose, people: [...people], data: holds, days: daysOf(retention, kind) };
      }),
      recipients: await listReached(tx),
      measures,
    };
  });
}

export function registerAsMarkdown(register: ProcessingRegister): string {
  const { organisation, generatedAt, controller, activities, recipients } = register;
  const cell = (text: string) => text.replaceAll('|', String.raw`\|`).replaceAll(/[\r\n]+/g, ' ');
  const row = (...cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const kept = (days: number | null) => (days === null ? 'until somebody deletes it' : `${days} days`);
  return [
    `# Register of processing activities: ${cell(organisation)}`,
    '',
    `Article 30 GDPR. Generated ${generatedAt}.`,
    '',
    '## Controller',
    '',
    ...(
      [
        ['Name', controller.name],
        ['Address', controller.address],
        ['Contact', controller.contact],
        ['Representative', controller.representative],
        ['Data protection officer', controller.dataProtectionOfficer],
      ] as const
    ).map(([label, text]) => `- ${label}: ${text === undefined || text === '' ? 'not stated' : cell(text)}`),
    '',
    '## Activities',
    '',
    row('What', 'Purpose', 'Whose data', 'Data', 'Kept'),
    row('---', '---', '---', '---', '---'),
    ...activities.map(({ name, purpose, people, data, days }) =>
      row(name, purpose, people.join(', '), data, kept(days)),
    ),
    '',
    '## Recipients',
    '',
    ...(recipients.length === 0
      ? ['Nobody outside of the server.']
      : recipients.map(({ name, hosts, why }) => `- ${cell(name)}: ${hosts.map(cell).join(', ')} (${cell(why)})`)),
    '',
    '## Security measures',
    '',
    ...register.measures.map((measure) => `- ${measure}`),
    '',
  ].join('\n');
}
