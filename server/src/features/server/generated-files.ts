import { archiveRules } from '@proofpix/contract/archive-rules';
import {
  accessNames,
  plans,
  requestsPerMonth,
  roleHasAccess,
  roleNames,
  type Access,
  type Role,
} from '@proofpix/contract/access';
import { errors } from '@proofpix/contract/errors';
import { Manifest } from '@proofpix/contract/manifest';
import { rateLimitOf, rateLimits } from '@proofpix/contract/rate-limits';
import { allRoutes } from '@proofpix/contract/routes';
import { configSchemaReference, manifestReference } from './reference/manifest.ts';
import { hooksReference } from './reference/hooks.ts';
import { hostCallsReference, permissionsReference } from './reference/host-calls.ts';
import { limitsReference } from './reference/limits.ts';
import { generatedNote } from './reference/markdown.ts';

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
    ['docs/reference/hooks.md', hooksReference()],
    ['docs/reference/host-calls.md', hostCallsReference()],
    ['docs/reference/permissions.md', permissionsReference()],
    ['docs/reference/limits.md', limitsReference()],
    ['docs/reference/manifest.md', manifestReference()],
    ['docs/reference/config-schema.md', configSchemaReference()],
    ['contract/manifest.schema.json', `${JSON.stringify(manifestSchema(), null, 2)}\n`],
  ]);
}

function errorsDocument(): string {
  const rows = Object.entries(errors).map(([code, [status, message]]) => `| \`${code}\` | ${status} | ${message} |`);
  return `# Errors

${generatedNote}

Every error is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem document (\`application/problem+json\`): \`type\`, \`title\`, \`status\`, \`code\`, and where they help \`detail\`, \`requestId\`, \`errors\` (\`{field, message}\` for each field at fault) and \`rule\` (of a refused archive). \`code\` is stable; the sentences may change.

| code | status | meaning |
|---|---|---|
${rows.join('\n')}

## Rules for archives

A \`package_refused\` carries the \`rule\` that the archive broke; \`detail\` names the entry. \`npm run corpus -- archives\` shows an archive for each.

| rule | what it keeps out |
|---|---|
${Object.entries(archiveRules)
  .map(([rule, meaning]) => `| \`${rule}\` | ${meaning} |`)
  .join('\n')}
`;
}

function has(column: Role | 'operator' | 'reviewer', access: Access): boolean {
  if (access === 'public') return true;
  if (column === 'reviewer') return access === 'submissions:review';
  return column === 'operator' ? access === 'server:operate' : roleHasAccess(column, access);
}

function accessDocument(): string {
  const names = (Object.keys(accessNames) as Access[]).filter((name) => name !== 'public'); // keys of a constant object
  const columns = [...roleNames, 'operator', 'reviewer'] as const;
  const cells = (access: Access) => columns.map((column) => (has(column, access) ? 'yes' : '–')).join(' | ');
  const matrix = names.map((access) => `| \`${access}\` | ${accessNames[access]} | ${cells(access)} |`);
  const routeRows = allRoutes().map(
    ({ route }) =>
      `| \`${route.method} ${route.path}\` | \`${route.access}\` | ${route.plan} | ${rateLimitOf(route) ?? '–'} | ${cells(route.access)} |`,
  );
  const limitRows = Object.entries(rateLimits).map(
    ([name, { meaning, requests, seconds, per }]) =>
      `| \`${name}\` | ${meaning} | ${requests.toLocaleString('en')} in ${seconds / 60} min | ${per} |`,
  );
  const monthRows = plans.map(
    (plan) => `| ${plan} | ${requestsPerMonth[plan]?.toLocaleString('en') ?? 'as many as you like'} |`,
  );
  return `# Who may do what

${generatedNote}

A role gives access; each route demands one. \`server:operate\` and \`submissions:review\` belong to no role: \`operator\` and \`reviewer\` are marks on the people who run the server and who review for it, beside their role in their own organisation. Plugins have permissions, which are another matter. \`server/test/access.test.ts\` tries every route as everybody, with what is theirs, another organisation's and nobody's.

| access | allows | ${columns.join(' | ')} |
|---|---|${columns.map(() => '---|').join('')}
${matrix.join('\n')}

## Routes

| route | access | lowest plan | limit | ${columns.join(' | ')} |
|---|---|---|---|${columns.map(() => '---|').join('')}
${routeRows.join('\n')}

## Limits

In no span of that length are there more. The operator may set other numbers; \`GET /api/usage\` says which hold.

| limit | what | at most | for each |
|---|---|---|---|
${limitRows.join('\n')}

Requests with access tokens and API tokens are counted by month (UTC) as well; the web app is not.

| plan | requests a month |
|---|---|
${monthRows.join('\n')}
`;
}
