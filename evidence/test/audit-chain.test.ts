import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AuditHead, AuditRecord } from '@proofpix/contract/audit-record';
import { hashOfAct, headText, signatureFits } from '../src/audit/chain.ts';
import { createChainCheck } from '../src/audit/check-chain.ts';

const trail = '019a0000-0000-7000-8000-000000000001';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

function chain(acts: number, from: AuditRecord[] = []): AuditRecord[] {
  const all = [...from];
  for (let position = all.length + 1; position <= acts; position += 1) {
    const previous = all.at(-1)?.hash ?? null;
    const act = {
      id: `act-${position}`,
      position,
      act: 'plugin.load',
      result: 'done' as const,
      actor: { kind: 'system' as const, id: 'test', role: null, via: null },
      requestId: null,
      subject: { kind: 'plugin', id: `plugin-${position}` },
      reason: null,
      before: null,
      after: { position },
      personal: null,
      personalSalt: null,
      personalDigest: null,
      at: new Date(position * 1_000).toISOString(),
    };
    all.push({ ...act, previous, hash: hashOfAct({ trail, position, previous }, act) });
  }
  return all;
}

function headOf(act: AuditRecord | undefined): AuditHead {
  const facts = { trail, position: act?.position ?? 0, hash: act?.hash ?? '', signedAt: '2026-11-30T12:00:00.000Z' };
  const signature = sign(null, Buffer.from(headText(facts)), privateKey).toString('base64');
  return { ...facts, publicKey: spki, signature };
}

/** In batches, as a server reads it. */
function check(acts: readonly AuditRecord[], heads: readonly AuditHead[], size = 4) {
  const verification = createChainCheck({ trail, isOurs: (key) => key === spki });
  for (let at = 0; at < acts.length; at += size) {
    const batch = acts.slice(at, at + size);
    const last = batch.at(-1)?.position ?? 0;
    const first = batch[0]?.position ?? 0;
    const own = heads.filter(({ position }) => position >= first && position <= last);
    if (verification.add(batch, own) !== null) break;
  }
  return verification.end();
}

describe('the chain of a trail', () => {
  test('is whole, whatever the batches', () => {
    const acts = chain(11);
    for (const size of [1, 3, 4, 11, 50])
      expect(check(acts, [headOf(acts[4]), headOf(acts[10])], size)).toMatchObject({
        intact: true,
        checked: 11,
        heads: 2,
      });
  });

  test('that somebody computed anew from the changed act on does not fit the head', () => {
    const acts = chain(8);
    const head = headOf(acts[7]);
    const changed = { ...chain(3)[2], after: { position: 99 } } as AuditRecord;
    const { position, previous } = changed;
    const forged = chain(8, [
      ...acts.slice(0, 2),
      { ...changed, hash: hashOfAct({ trail, position: position ?? 0, previous }, changed) },
    ]);
    expect(check(forged, [])).toMatchObject({ intact: true });
    expect(check(forged, [head]).fault).toMatchObject({ kind: 'head', position: 8 });
  });

  test('names an act that was replaced by one which fits its place', () => {
    const acts = chain(8);
    const changed = { ...acts[3], after: { position: 99 } } as AuditRecord;
    const { position, previous } = changed;
    const replaced = { ...changed, hash: hashOfAct({ trail, position: position ?? 0, previous }, changed) };
    const fault = check([...acts.slice(0, 3), replaced, ...acts.slice(4)], []).fault;
    expect(fault).toMatchObject({ kind: 'changed', position: 4, id: 'act-4' });
  });

  test('of another trail is none of this one', () => {
    const acts = chain(3);
    const other = createChainCheck({ trail: 'server', isOurs: () => true });
    other.add(acts, []);
    expect(other.end().fault).toMatchObject({ kind: 'changed', position: 1 });
  });

  test('is signed as a whole: no field of a head can be another', () => {
    const head = headOf(chain(3)[2]);
    expect(signatureFits(head)).toBe(true);
    for (const change of [
      { trail: 'server' },
      { position: 2 },
      { hash: 'ab'.repeat(32) },
      { signedAt: '2026-11-30T13:00:00.000Z' },
    ])
      expect(signatureFits({ ...head, ...change })).toBe(false);
    for (const broken of [
      { publicKey: '' },
      { publicKey: 'AAAA' },
      { signature: '' },
      { signature: head.signature.slice(1) },
    ])
      expect(signatureFits({ ...head, ...broken })).toBe(false);
  });
});
