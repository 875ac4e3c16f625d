import type { FastifyRequest } from 'fastify';
import { unknownCountry, type VisitClient } from '@proofpix/contract/publisher-analytics';
import type { Caller } from '../../http/bind.ts';

export type Visitor = { organisationId: string; userId: string; client: VisitClient; country: string };

/** By what a request looks like: an organisation can say what it likes of itself, and counts once all the same. */
export function visitorOf(
  request: Pick<FastifyRequest, 'headers'>,
  { organisationId, userId, credential }: Caller,
  countryHeader: string | undefined,
): Visitor {
  const isCommand = request.headers['user-agent'] === 'proofpix-cli';
  const client = credential === 'cookie' ? 'web' : isCommand ? 'cli' : 'api';
  return { organisationId, userId, client, country: countryOf(request, countryHeader) };
}

/** What the operator's proxy says; nobody else is asked. XX is what proxies write where they do not know. */
export function countryOf({ headers }: Pick<FastifyRequest, 'headers'>, header: string | undefined): string {
  const said = header === undefined ? undefined : headers[header];
  if (typeof said !== 'string' || !/^[A-Za-z]{2}$/.test(said) || said.toUpperCase() === 'XX') return unknownCountry;
  return said.toUpperCase();
}
