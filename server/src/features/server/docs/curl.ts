import type { Route } from '@proofpix/contract/route';
import type { Example } from './example.ts';

/** The command of an example, to be pasted into a shell where its variables are set. */
export function curl(route: Route, example: Example): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => example.params?.[name] ?? `:${name}`);
  const query = new URLSearchParams(example.query).toString().replaceAll('%24', '$');
  const parts = [`curl "$PROOFPIX${path}${query === '' ? '' : `?${query}`}"`];
  if (route.method !== 'GET' && !(route.method === 'POST' && (example.json ?? example.form) !== undefined)) {
    parts[0] = `curl --request ${route.method} "$PROOFPIX${path}"`;
  }
  if (route.access !== 'public') parts.push('--header "Authorization: Bearer $TOKEN"');
  if (example.json !== undefined) {
    // Double quotes around it let the shell fill in the variables; JSON's own are escaped.
    const json = JSON.stringify(example.json).replaceAll('"', '\\"');
    parts.push('--header "Content-Type: application/json"', `--data "${json}"`);
  }
  for (const [name, value] of Object.entries(example.form ?? {})) parts.push(`--form ${name}=${value}`);
  parts.push(...(example.options ?? []));
  return [...(example.before ?? []), parts.join(' \\\n  ')].join('\n');
}
