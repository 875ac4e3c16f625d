import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';

export type Reached = { name: string; hosts: string[]; why: string };

/** Who outside may be reached now: hosts of plugins that were granted it, addresses of webhooks, providers of accounts. */
export async function listReached(tx: Tx): Promise<Reached[]> {
  const { rows: plugins } = await sql<{ name: string; hosts: string[] }>`
    select p.name, array(select jsonb_array_elements_text(p.manifest -> 'hosts')) as hosts
    from plugins p join plugin_permissions g on g.organisation_id = p.organisation_id and g.installation_id = p.id
    where g.permission = 'http' and g.decision = 'granted' and jsonb_typeof(p.manifest -> 'hosts') = 'array'
    order by p.name`.execute(tx);
  const endpoints = await tx.selectFrom('webhook_endpoints').select(['name', 'url']).orderBy('name').execute();
  const providers = await tx.selectFrom('oauth_providers').select(['name', 'token_endpoint']).orderBy('name').execute();
  return [
    ...plugins.map(({ name, hosts }) => ({ name, hosts, why: 'a plugin that was granted the internet' })),
    // The host alone: the rest of such an address may be a secret.
    ...endpoints.map(({ name, url }) => ({ name, hosts: [hostOf(url)], why: 'messages are sent there' })),
    ...providers.map(({ name, token_endpoint: url }) => ({ name, hosts: [hostOf(url)], why: 'a connected account' })),
  ];
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'not an address';
}
