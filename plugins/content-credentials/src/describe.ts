import { mapIn, mapsIn, textIn, type CborMap } from './cbor.ts';
import type { Superbox } from './jumbf.ts';
import { baseLabel, readAssertion } from './store.ts';

export type Action = { action: string; when: string | null; agent: string | null; sourceType: string | null };

const mostActions = 200;
const longest = 500;

/** Without characters that a reader cannot see, or that turn the text around: it is a stranger's, and is shown. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd').slice(0, longest);
}

export function readActions(assertions: ReadonlyMap<string, Superbox>): Action[] {
  const found: Action[] = [];
  for (const [label, box] of assertions) {
    if (baseLabel(label) !== 'c2pa.actions') continue;
    const map = readAssertion(box);
    for (const entry of map === null ? [] : mapsIn(map, 'actions')) {
      if (found.length >= mostActions) return found;
      const agent = mapIn(entry, 'softwareAgent');
      found.push({
        action: plainText(textIn(entry, 'action') ?? 'unnamed'),
        when: plainOrNull(textIn(entry, 'when')),
        agent: plainOrNull(agent === null ? textIn(entry, 'softwareAgent') : nameAndVersion(agent)),
        sourceType: plainOrNull(textIn(entry, 'digitalSourceType')),
      });
    }
  }
  return found;
}

/** The program that made the claim, in either version of the form. */
export function readGenerator(claim: CborMap): string | null {
  const info = mapIn(claim, 'claim_generator_info') ?? mapsIn(claim, 'claim_generator_info')[0] ?? null;
  return plainOrNull(textIn(claim, 'claim_generator') ?? (info === null ? null : nameAndVersion(info)));
}

export function plainOrNull(text: string | null): string | null {
  return text === null ? null : plainText(text);
}

function nameAndVersion(map: CborMap): string | null {
  const [name, version] = [textIn(map, 'name'), textIn(map, 'version')];
  return name === null || version === null ? name : `${name} ${version}`;
}

const models = /(trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|algorithmicMedia)$/;

/** Whether an action says that a generative model made the picture or a part of it. */
export function namesModel({ sourceType }: Action): boolean {
  return sourceType !== null && models.test(sourceType);
}
