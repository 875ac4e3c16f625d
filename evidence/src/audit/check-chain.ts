import { auditFaults, type AuditFault, type AuditFaultKind } from '@proofpix/contract/audit-record';
import type { AuditCut, AuditHead, AuditRecord, AuditVerdict } from '@proofpix/contract/audit-record';
import { cutText, detailsDigest, hashOfAct, personalDigest, signatureFits } from './chain.ts';

/** How far from its place an act is looked for, to tell what was done. Named it is in any case. */
const window = 1_000;

export type ChainCheck = {
  /** Before the first act: the trail begins behind a cut. */
  begin(cut: AuditCut): AuditFault | null;
  /** The next acts in the order of their positions, and the heads of those positions. Null while nothing is wrong. */
  add(acts: readonly AuditRecord[], heads: readonly AuditHead[]): AuditFault | null;
  /** Nothing follows. */
  end(): AuditVerdict;
};

export type ChainCheckOptions = {
  trail: string;
  /** Whose signature counts. */
  isOurs: (publicKey: string) => boolean;
  /** Heads that somebody kept elsewhere. */
  witnessed?: readonly AuditHead[];
};

/**
 * Reads a trail from its first act and names the first thing that is wrong. An act carries the hash of the one before it,
 * so what was changed, removed, put in or moved shows at its own place; a signed head shows what was sealed anew.
 */
export function createChainCheck({ trail, isOurs, witnessed = [] }: ChainCheckOptions): ChainCheck {
  let pending: readonly AuditRecord[] = [];
  /** Heads whose acts are still to come, by position. */
  const ahead = new Map<number, AuditHead[]>();
  let last: { position: number; hash: string; id: string } | null = null;
  let fitting = 0;
  let newest: AuditHead | null = null;
  let fault: AuditFault | null = null;
  let begun: AuditCut | null = null;

  function fits(act: AuditRecord, position: number): boolean {
    return hashOfAct({ trail, position, previous: act.previous }, act) === act.hash;
  }

  /** What was done to the act that stands where another was sealed. */
  function tell(act: AuditRecord, position: number, near: readonly AuditRecord[]): AuditFault {
    const previous = last?.hash ?? null;
    const expected = hashOfAct({ trail, position, previous }, act);
    const say = (kind: AuditFaultKind, says: string) =>
      faultOf(kind, { position, id: act.id, says, expected, found: act.hash });
    const belongs = near.find((other) => other !== act && other.previous === previous && fits(other, position));
    let elsewhere: number | undefined;
    for (let at = Math.max(1, position - window); at <= position + window && elsewhere === undefined; at += 1)
      if (at !== position && fits(act, at)) elsewhere = at;
    if (belongs !== undefined && elsewhere !== undefined)
      return say('reordered', `Act ${belongs.id} was sealed here, and stands at ${belongs.position} now.`);
    if (belongs !== undefined)
      return say('inserted', `Act ${belongs.id} was sealed here; this one was never sealed here.`);
    if (elsewhere !== undefined && elsewhere > position)
      return say('removed', `It was sealed at ${elsewhere}: what stood before it is missing.`);
    if (fits(act, position) && last !== null)
      // It was sealed here behind another act than the one before it now.
      return faultOf('changed', {
        position: last.position,
        id: last.id,
        says: 'It is not the act that the next one was sealed behind.',
        expected: act.previous,
        found: last.hash,
      });
    return say('changed', 'Its content does not give the hash it was sealed with.');
  }

  function checkAct(act: AuditRecord, near: readonly AuditRecord[]): AuditFault | null {
    const position = (last?.position ?? 0) + 1;
    if (act.position === null || act.hash === null || act.position < position)
      return faultOf('inserted', {
        position,
        id: act.id,
        says: 'It claims a position that was taken.',
        expected: `${position}`,
        found: `${act.position}`,
      });
    if (act.position > position) {
      const missing = act.position - position;
      return faultOf('removed', {
        position,
        id: null,
        says: `${missing === 1 ? 'One act is' : `${missing} acts are`} missing before this: ${act.id}.`,
        expected: `${position}`,
        found: `${act.position}`,
      });
    }
    const previous = last?.hash ?? null;
    if (act.previous !== previous || !fits(act, position)) return tell(act, position, near);
    if (!detailsFit(act))
      return faultOf('changed', {
        position,
        id: act.id,
        says: 'What is said of it does not give the digest that was sealed.',
        expected: act.detailsDigest ?? null,
        found: null,
      });
    if (act.personal !== null) {
      const found = personalDigest(act.personal, hexBytes(act.personalSalt ?? ''));
      if (found !== act.personalDigest)
        return faultOf('personal', {
          position,
          id: act.id,
          says: 'They do not give the digest that was sealed.',
          expected: act.personalDigest,
          found,
        });
    }
    last = { position, hash: act.hash, id: act.id };
    return null;
  }

  function begin(cut: AuditCut): AuditFault | null {
    const { position, hash } = cut;
    if (cut.trail !== trail || !signatureFits(cut, cutText(cut)) || !isOurs(cut.publicKey))
      fault = faultOf('cut', {
        position,
        id: null,
        says: 'Who has the key of this trail did not sign that it was cut here.',
        expected: null,
        found: hash,
      });
    begun = cut;
    last = { position, hash, id: '' };
    for (const head of ahead.get(position) ?? []) fault ??= checkHead(head, hash);
    // What was signed before it speaks of acts that are gone.
    for (const at of ahead.keys()) if (at <= position) ahead.delete(at);
    return fault;
  }

  function checkHead(head: AuditHead, hash: string): AuditFault | null {
    const { position } = head;
    const wrong = (says: string) => faultOf('head', { position, id: null, says, expected: head.hash, found: hash });
    if (head.trail !== trail) return wrong('It is the head of another trail.');
    if (!signatureFits(head)) return wrong('Its signature does not fit.');
    if (!isOurs(head.publicKey)) return wrong('It is signed with a key that is not the one of this trail.');
    if (head.hash !== hash)
      return wrong('The act at its position has another hash now: acts up to it were sealed anew.');
    fitting += 1;
    if (newest === null || position >= newest.position) newest = head;
    return null;
  }

  function expectHeads(more: readonly AuditHead[]): void {
    for (const head of more) ahead.set(head.position, [...(ahead.get(head.position) ?? []), head]);
  }

  function take(next: readonly AuditRecord[]): void {
    const near = [...pending, ...next];
    for (const act of pending) {
      fault ??= checkAct(act, near);
      if (fault !== null) return;
      for (const head of ahead.get(last?.position ?? 0) ?? []) fault ??= checkHead(head, last?.hash ?? '');
      ahead.delete(last?.position ?? 0);
    }
    pending = next;
  }

  /** A head that nobody reached: more was signed than there is. */
  function checkRest(): void {
    const at = last?.position ?? 0;
    for (const head of [...ahead.values()].flat()) {
      if (fault !== null) return;
      if (head.trail !== trail || !signatureFits(head) || !isOurs(head.publicKey)) fault = checkHead(head, '');
      else
        fault = faultOf('removed', {
          position: at + 1,
          id: null,
          says: `A head was signed over ${head.position} acts, and there are ${at}: the last ones were cut off.`,
          expected: `${head.position}`,
          found: `${at}`,
        });
    }
  }

  expectHeads(witnessed);
  return {
    begin,
    add(acts, heads) {
      expectHeads(heads);
      take(acts);
      return fault;
    },
    end() {
      take([]);
      checkRest();
      return {
        intact: fault === null,
        checked: (last?.position ?? 0) - (begun?.position ?? 0),
        heads: fitting,
        head: newest,
        cut: begun,
        fault,
      };
    },
  };
}

/** Erased, it says nothing and has no salt; the digest is in the chain. */
function detailsFit(act: AuditRecord): boolean {
  if (act.detailsDigest == null) return true;
  if (act.detailsSalt == null) return act.reason === null && act.before === null && act.after === null;
  return detailsDigest(act, hexBytes(act.detailsSalt)) === act.detailsDigest;
}

type Facts = Omit<AuditFault, 'kind'>;

function faultOf(kind: AuditFaultKind, { says, ...facts }: Facts): AuditFault {
  return { kind, ...facts, says: `${auditFaults[kind]} ${says}` };
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
