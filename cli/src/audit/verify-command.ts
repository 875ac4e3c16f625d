import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Check } from 'typebox/value';
import { AuditCut, AuditExportBegin, AuditHead, AuditRecord, type AuditVerdict } from '@proofpix/contract/audit-record';
import { keyFingerprint, spacedFingerprint } from '@proofpix/evidence/attestation';
import { createChainCheck } from '@proofpix/evidence/audit/check-chain';
import { fromCaller } from '../config.ts';
import { endWith } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { printable, printableJson } from '../printable.ts';

export type VerifyTrailOptions = { head?: string; key?: string; json: boolean };

const batchActs = 500;

/** Line by line: a trail may be longer than the memory. @throws CommandFailure for a file that is no whole trail */
export async function verifyTrail(path: string, options: VerifyTrailOptions): Promise<void> {
  const witnessed = options.head === undefined ? [] : readHeads(await readFile(fromCaller(options.head), 'utf8'));
  const wanted = options.key?.replaceAll(/[\s:]/g, '').toLowerCase();
  const verdict = await check(fromCaller(path), witnessed, wanted);
  endWith(verdict.intact ? 'ok' : 'found');
  if (options.json) return console.log(printableJson(verdict, 2));
  for (const line of describe(verdict, wanted)) console.log(printable(line));
}

async function check(file: string, witnessed: readonly AuditHead[], wanted: string | undefined): Promise<AuditVerdict> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  let chain: ReturnType<typeof createChainCheck> | undefined;
  /** Of the first head, where none was given: one trail has one. */
  let key = wanted;
  let acts: AuditRecord[] = [];
  let heads: AuditHead[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const { type, ...value } = readLine(line, number);
    if (chain === undefined) {
      const begin = { type, ...value };
      if (!Check(AuditExportBegin, begin)) throw new CommandFailure('It does not begin as an exported trail does.');
      if (!begin.complete)
        throw new CommandFailure('A filter left acts out of this export, so it cannot be verified.', {
          hints: ['Export the whole trail: proofpix audit export FILE.'],
        });
      const isOurs = (publicKey: string) => {
        key ??= keyFingerprint(publicKey) ?? undefined;
        return keyFingerprint(publicKey) === key;
      };
      chain = createChainCheck({ trail: begin.trail, isOurs, witnessed });
    } else if (type === 'cut' && number === 2 && Check(AuditCut, value)) chain.begin(value);
    else if (type === 'act' && Check(AuditRecord, value)) acts.push(value);
    else if (type === 'head' && Check(AuditHead, value)) heads.push(value);
    else throw new CommandFailure(`Line ${number} is neither an act nor a signed head.`);
    if (acts.length < batchActs) continue;
    if (chain.add(acts, heads) !== null) break;
    [acts, heads] = [[], []];
  }
  if (chain === undefined) throw new CommandFailure('The file is empty.');
  chain.add(acts, heads);
  return chain.end();
}

function readLine(line: string, number: number): { type?: unknown; [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Not JSON: refused below like any other line that is not ours.
  }
  throw new CommandFailure(`Line ${number} is no object of JSON.`);
}

/** As GET /api/audit/head answers, or as the server writes them into AUDIT_HEADS_FILE. */
function readHeads(text: string): AuditHead[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const value = readLine(line, index + 1);
    const head = 'head' in value ? value.head : value;
    if (!Check(AuditHead, head)) throw new CommandFailure(`Line ${index + 1} of the heads is no signed head.`);
    return head;
  });
}

function describe(verdict: AuditVerdict, wanted: string | undefined): string[] {
  const { fault, head } = verdict;
  if (fault !== null) {
    return [
      `CHANGED. Act ${fault.position}: ${fault.says}`,
      ...(fault.id === null ? [] : [`  Id        ${fault.id}`]),
      `  Expected  ${fault.expected ?? '–'}`,
      `  Found     ${fault.found ?? '–'}`,
    ];
  }
  if (head === null) return ['There is nothing in it.'];
  const fingerprint = keyFingerprint(head.publicKey) ?? '';
  return [
    'Nothing was changed, removed, put in or moved.',
    `  Trail      ${head.trail}`,
    `  Acts       ${verdict.checked}`,
    `  Signed at  ${head.signedAt} (${verdict.heads} heads)`,
    `  Key        ${spacedFingerprint(fingerprint)}`,
    ...(wanted === undefined
      ? ['Not judged: whose key this is (compare it with the one the organisation publishes, or give --key).']
      : []),
  ];
}
