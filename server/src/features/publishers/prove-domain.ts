import { resolveTxt } from 'node:dns/promises';
import type { Publisher } from '@proofpix/contract/api/publishers';
import { Problem } from '@proofpix/contract/errors';
import { anyPublicHost, type GuardedClient } from '@proofpix/host/http/guarded-client';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Actor } from '../audit/record-act.ts';
import { ownPublisher, record, showPublisher, wrong } from './keep-publishers.ts';
import { setVerified } from './queries.ts';

/** TXT records of a name: of the name servers of this machine, or of a test. */
export type LookUpTexts = (name: string) => Promise<string[][]>;

export const lookUpTexts: LookUpTexts = (name) => resolveTxt(name);

type Parts = { db: Database; client: GuardedClient; texts: LookUpTexts };
type Wanted = { domain: string; by: 'dns' | 'well-known' };

const mostBytes = 4_096;
const milliseconds = 10_000;

/**
 * Whoever can write a TXT record or a file at a domain owns it as far as we can know. Asked once; what was proven stays so
 * until the publisher is handed over.
 * @throws Problem publisher_not_found, domain_not_proven, invalid_request
 */
export async function proveDomain(
  { db, client, texts }: Parts,
  owned: { organisationId: string; name: string; actor: Actor },
  { domain: given, by }: Wanted,
): Promise<Publisher> {
  const domain = readDomain(given);
  const { challenge } = await asSystem(db, 'publishers', (tx) => ownPublisher(tx, owned));
  const found = by === 'dns' ? await readTexts(texts, domain) : await readFile(client, domain);
  if (!found.includes(challenge)) {
    const where =
      by === 'dns' ? `The TXT record _proofpix.${domain}` : `https://${domain}/.well-known/proofpix-publisher.txt`;
    throw new Problem('domain_not_proven', `${where} does not hold "${challenge}".`);
  }
  return asSystem(db, 'publishers', async (tx) => {
    const row = await ownPublisher(tx, owned);
    // Handed over while we asked: it was the other one's challenge.
    if (row.challenge !== challenge) throw new Problem('publisher_not_found');
    await setVerified(tx, owned.name, { domain, by, at: new Date() });
    await record(tx, owned, 'publisher.verify', { domain, by });
    return showPublisher(await ownPublisher(tx, owned));
  });
}

/** A name of the public DNS, in its ASCII form, and nothing else: no port, no path, no address. @throws Problem */
function readDomain(given: string): string {
  const url = URL.canParse(`https://${given}`) ? new URL(`https://${given}`) : null;
  const domain = url?.hostname ?? '';
  const isName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(domain);
  if (url === null || !isName || url.host !== domain || url.pathname !== '/' || url.username !== '')
    throw wrong('/domain', 'must be a domain name, like example.org');
  return domain;
}

async function readTexts(texts: LookUpTexts, domain: string): Promise<string[]> {
  try {
    // A record over 255 characters comes in pieces.
    return (await texts(`_proofpix.${domain}`)).slice(0, 100).map((pieces) => pieces.join('').trim());
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'; // node:dns throws nothing else
    throw new Problem('domain_not_proven', `The TXT record _proofpix.${domain} cannot be read (${code}).`);
  }
}

async function readFile(client: GuardedClient, domain: string): Promise<string[]> {
  const url = `https://${domain}/.well-known/proofpix-publisher.txt`;
  try {
    const answer = await client.request({
      method: 'GET',
      url,
      headers: [['accept', 'text/plain']],
      allowHost: anyPublicHost,
      timeoutMilliseconds: milliseconds,
      maxResponseBytes: mostBytes,
      // Whoever is sent on to another host has proven that one.
      maxRedirects: 0,
    });
    return answer.status === 200 ? lines(answer.body) : [];
  } catch (error) {
    throw new Problem('domain_not_proven', `${url} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

function lines(body: Uint8Array): string[] {
  return new TextDecoder()
    .decode(body)
    .split(/\r?\n/)
    .map((line) => line.trim());
}
