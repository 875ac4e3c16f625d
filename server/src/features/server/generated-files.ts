import { accessNames, roleNames, roles, type Access } from '@proofpix/contract/access';
import { errors } from '@proofpix/contract/errors';
import { Manifest } from '@proofpix/contract/manifest';
import { allRoutes } from '@proofpix/contract/routes';

/** The JSON Schema of manifest.json, for editors. */
export function manifestSchema(): Record<string, unknown> {
  const schema = JSON.parse(JSON.stringify(Manifest)) as Record<string, unknown>; // without TypeBox' own notes
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema };
}

/** What `npm run generate` writes, by path from the root of the checkout. A test fails when one of them is stale. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/errors.md', errorsDocument()],
    ['docs/access.md', accessDocument()],
    ['contract/manifest.schema.json', `${JSON.stringify(manifestSchema(), null, 2)}\n`],
  ]);
}

const generatedNote = '<!-- Written by `npm run generate` from the contract. Change the contract, not this file. -->';

function errorsDocument(): string {
  const rows = Object.entries(errors).map(([code, [status, message]]) => `| \`${code}\` | ${status} | ${message} |`);
  return `# Errors

${generatedNote}

Every error is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem document (\`application/problem+json\`): \`type\`, \`title\`, \`status\`, \`code\`, and where they help \`detail\`, \`requestId\` and \`errors\` (\`{field, message}\` for each field at fault). \`code\` is stable; the sentences may change.

| code | status | meaning |
|---|---|---|
${rows.join('\n')}
`;
}

function accessDocument(): string {
  const names = (Object.keys(accessNames) as Access[]).filter((name) => name !== 'public'); // keys of a constant object
  const has = (role: (typeof roleNames)[number], access: Access) => (roles[role] as readonly Access[]).includes(access);
  const matrix = names.map(
    (access) =>
      `| \`${access}\` | ${accessNames[access]} | ${roleNames.map((role) => (has(role, access) ? 'yes' : '–')).join(' | ')} |`,
  );
  const routeRows = allRoutes().map(
    ({ route }) => `| \`${route.method} ${route.path}\` | \`${route.access}\` | ${route.plan} |`,
  );
  return `# Who may do what

${generatedNote}

A role gives access; each route demands one. \`server:operate\` belongs to no role: it is a mark on the people who run the server. Plugins have permissions, which are another matter.

| access | allows | ${roleNames.join(' | ')} |
|---|---|${roleNames.map(() => '---|').join('')}
${matrix.join('\n')}

## Routes

| route | access | lowest plan |
|---|---|---|
${routeRows.join('\n')}
`;
}
