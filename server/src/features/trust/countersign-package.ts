import type { FastifyRequest } from 'fastify';
import { trustRoutes } from '@proofpix/contract/api/trust';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import { ruleSetVersion } from '@proofpix/contract/scan';
import { killValuePatterns, verdicts } from '@proofpix/contract/trust';
import { readPackage } from '@proofpix/scanner/read-package';
import { readSignatureFile, writeSignatureFile } from '@proofpix/signatures/signature-file';
import { signAsMarketplace } from '@proofpix/signatures/statement';
import { receiveInMemory } from '../../http/upload.ts';
import type { Log } from '../../log.ts';
import type { Trust } from './open-trust.ts';
import { proveSignature, refuseKilled } from './prove-package.ts';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { recordAct, userOf, type Actor } from '../audit/record-act.ts';

type Parts = { db: Database; trust: Trust; log: Log };

/**
 * The marketplace's word on a package. The verdict is a person's; what is signed beside it is read here: identity, version,
 * whose statement it is, and which rules there were.
 * @throws Problem of the intake, signature_invalid, package_killed, invalid_request
 */
export async function countersignPackage(
  { db, trust, log }: Parts,
  request: FastifyRequest,
  actor: Actor,
): Promise<Json> {
  const { file, fields } = await receiveInMemory(request, {
    row: trustRoutes.countersign,
    fileField: 'plugin',
    maxBytes: limits.packageBytes,
    tooLarge: 'package_too_large',
  });
  const verdict = verdicts.find((each) => each === fields.verdict);
  if (verdict === undefined) throw wrong('verdict', `must be ${verdicts.join(' or ')}`);
  const { manifest, digest } = await readPackage(file.bytes, { fileName: file.name });
  const subject = { id: manifest.id, version: manifest.version, digest };
  const given = fields.signature ? proveSignature(trust, fields.signature, subject) : null;
  const publisher = given?.mark.publisher ?? fields.publisher ?? '';
  if (!new RegExp(killValuePatterns.publisher).test(publisher)) throw wrong('publisher', 'must name a publisher');
  if (given !== null && fields.publisher && fields.publisher !== publisher) {
    throw wrong('publisher', `must be left out, or "${publisher}", who signed`);
  }
  refuseKilled(trust, subject, { source: 'marketplace', publisher, mark: given?.mark ?? null });
  const publisherEnvelope = given === null ? null : readSignatureFile(Buffer.from(given.file)).publisher;
  const decision = { verdict, ruleSet: `${ruleSetVersion}`, publisherEnvelope, decided: new Date() };
  const marketplace = signAsMarketplace({ publisher, ...subject }, decision, [trust.signingKey]);
  // Before anybody has it: what nobody knows of was not signed.
  await asSystem(db, 'audit', (tx) =>
    recordAct(tx, {
      organisationId: null,
      actor,
      act: 'package.countersign',
      subject: { kind: 'package', id: subject.digest },
      after: { publisher, plugin: subject.id, version: subject.version, verdict, ruleSet: decision.ruleSet },
    }),
  );
  log.info({ publisher, ...subject, verdict, actor: userOf(actor) }, 'a package was countersigned');
  return JSON.parse(writeSignatureFile({ publisher: publisherEnvelope, marketplace })) as Json; // our own text
}

function wrong(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}
