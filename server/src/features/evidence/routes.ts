import { readFile } from 'node:fs/promises';
import { organisationRoutes } from '@proofpix/contract/api/accounts';
import { caseRoutes } from '@proofpix/contract/api/cases';
import { runRoutes } from '@proofpix/contract/api/runs';
import { keyFingerprint } from '@proofpix/evidence/attestation';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { downloadCaseBundle, downloadRunBundle, type EvidenceParts } from './download-bundle.ts';
import { actorOf } from '../audit/record-act.ts';

/** Binds the bundles of runs and cases, the key that signs them, and the page that checks them. */
export function bindEvidenceRoutes(app: App, parts: EvidenceParts): void {
  bind(app, runRoutes.bundle, ({ caller, params }) => downloadRunBundle(parts, whose(caller), params.id));
  bind(app, caseRoutes.bundle, ({ caller, params }) => downloadCaseBundle(parts, whose(caller), params.id));
  bind(app, organisationRoutes.evidenceKey, async ({ caller }) => {
    const publicKey = await parts.signer.publicKey(caller.organisationId);
    return {
      status: 200,
      body: { algorithm: 'Ed25519', publicKey, fingerprint: keyFingerprint(publicKey) ?? '' },
    };
  });
  // Without signing in: whoever is handed a bundle checks it with the page that they trust.
  app.get('/verify', async (_request, reply) => {
    const html = await readFile(parts.verifyPage, 'utf8');
    const policy =
      /<meta http-equiv="content-security-policy" content="([^"]+)"/i.exec(html)?.[1] ?? "default-src 'none'";
    return reply
      .header('content-security-policy', `${policy}; frame-ancestors 'none'`)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(html);
  });
}

function whose(caller: Caller) {
  return { organisationId: caller.organisationId, userId: caller.userId, actor: actorOf(caller) };
}
