import { createHash } from 'node:crypto';
import { Type, type Static, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import {
  MarketplacePredicate,
  marketplacePredicateType,
  PublisherPredicate,
  publisherPredicateType,
} from '@proofpix/contract/trust';
import { JsonFault, parseStrictJson } from '@proofpix/scanner/parse-json';
import { signEnvelope, type Envelope } from './dsse.ts';
import { SignatureFault } from './fault.ts';
import type { SigningKey } from './keys.ts';

export const payloadType = 'application/vnd.in-toto+json';
const statementType = 'https://in-toto.io/Statement/v1';
const closed = { additionalProperties: false } as const;

/** in-toto Statement v1 about one package. */
function statementOf<Kind extends string, Predicate extends TSchema>(predicateType: Kind, predicate: Predicate) {
  return Type.Object(
    {
      _type: Type.Literal(statementType),
      subject: Type.Tuple([
        Type.Object(
          {
            name: Type.String({ maxLength: 200 }),
            digest: Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
          },
          closed,
        ),
      ]),
      predicateType: Type.Literal(predicateType),
      predicate,
    },
    closed,
  );
}
const PublisherStatement = statementOf(publisherPredicateType, PublisherPredicate);
const MarketplaceStatement = statementOf(marketplacePredicateType, MarketplacePredicate);
export type PublisherStatement = Static<typeof PublisherStatement>;
export type MarketplaceStatement = Static<typeof MarketplaceStatement>;

export type Subject = { publisher: string; id: string; version: string; digest: string };

export function subjectName({ publisher, id, version }: Omit<Subject, 'digest'>): string {
  return `${publisher}/${id}@${version}`;
}

/** The publisher's word that this package is theirs. */
export function signAsPublisher(subject: Subject, keys: readonly SigningKey[], created: Date): Envelope {
  const { publisher, id, version } = subject;
  const predicate = { publisher, id, version, created: created.toISOString() };
  return signStatement(subject, { predicateType: publisherPredicateType, predicate }, keys);
}

/** The marketplace's word on a package, about the publisher's statement where there is one. */
export function signAsMarketplace(
  subject: Subject,
  decision: Pick<MarketplacePredicate, 'verdict' | 'ruleSet'> & { publisherEnvelope: Envelope | null; decided: Date },
  keys: readonly SigningKey[],
): Envelope {
  const { publisher, id, version } = subject;
  const { verdict, ruleSet, publisherEnvelope, decided } = decision;
  const publisherStatement = publisherEnvelope === null ? null : payloadDigest(publisherEnvelope);
  const predicate = { id, version, publisher, verdict, ruleSet, decided: decided.toISOString(), publisherStatement };
  return signStatement(subject, { predicateType: marketplacePredicateType, predicate }, keys);
}

function signStatement(
  subject: Subject,
  says: { predicateType: string; predicate: Record<string, string | null> },
  keys: readonly SigningKey[],
): Envelope {
  const about = [{ name: subjectName(subject), digest: { sha256: subject.digest } }];
  const text = canonicalJson({ _type: statementType, subject: about, ...says });
  return signEnvelope(payloadType, Buffer.from(text), keys);
}

/** What the marketplace's statement refers to: the bytes that the publisher signed. */
export function payloadDigest({ payload }: Pick<Envelope, 'payload'>): string {
  return createHash('sha256').update(Buffer.from(payload, 'base64')).digest('hex');
}

/** @throws SignatureFault */
export function readPublisherStatement(payload: Uint8Array): PublisherStatement {
  const statement = readJson(payload);
  if (Check(PublisherStatement, statement)) return statement;
  throw wrongStatement(statement, publisherPredicateType);
}

/** @throws SignatureFault */
export function readMarketplaceStatement(payload: Uint8Array): MarketplaceStatement {
  const statement = readJson(payload);
  if (Check(MarketplaceStatement, statement)) return statement;
  throw wrongStatement(statement, marketplacePredicateType);
}

/** Strict: a key that stands twice would say one thing here and another in the next program. */
function readJson(payload: Uint8Array): unknown {
  try {
    return parseStrictJson(payload);
  } catch (error) {
    if (error instanceof JsonFault) throw new SignatureFault('predicate_wrong', `The statement ${error.message}.`);
    throw error;
  }
}

function wrongStatement(statement: unknown, wanted: string): SignatureFault {
  const said = typeof statement === 'object' && statement !== null && 'predicateType' in statement;
  const other = said && statement.predicateType !== wanted;
  return new SignatureFault('predicate_wrong', other ? `It is of another kind than ${wanted}.` : undefined);
}
