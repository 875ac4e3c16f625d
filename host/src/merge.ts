import type { Finding } from '@proofpix/contract/findings';
import type { Json } from '@proofpix/contract/json';
import type { Report, Source, Step } from '@proofpix/contract/runs';
import { canonicalJson } from '@proofpix/contract/canonical-json';

type Statement = { value: Json; source: Source };

/**
 * What handing the merged view on to the next plugin may weigh (characters of JSON). One plugin that says 10 MB must not
 * make the input of all the others too large; what is left out there stands in the report all the same.
 */
const handedOnChars = 2 * 1024 * 1024;

/**
 * Collects what plugins say about one photo. Nothing overwrites anything: the first value of a tag stands in the merged
 * view, and each other one is kept beside it with who said it.
 */
export class Merged {
  readonly #statements = new Map<string, Statement[]>();
  readonly #findings: Report['findings'] = [];
  readonly #files: Report['files'] = [];
  readonly #steps: Step[] = [];
  // Null prototypes everywhere: tags are strangers' words.
  readonly #handedOn: { [tag: string]: Json } = Object.create(null) as { [tag: string]: Json };
  #handedOnSize = 0;
  #findingsSize = 0;
  readonly #findingsHandedOn: Finding[] = [];

  add(step: Step): void {
    this.#steps.push(step);
    const source = { plugin: step.plugin, version: step.version, digest: step.digest };
    for (const file of step.files) this.#files.push({ ...file, source });
    if (!step.ok || (step.hook !== 'file:process' && step.hook !== 'data:analyze')) return;
    // The host checked it against the hook's output schema.
    const { metadata, findings } = (step.result ?? {}) as { metadata?: { [tag: string]: Json }; findings?: Finding[] };
    if (step.hook === 'file:process')
      for (const [tag, value] of Object.entries(metadata ?? {})) this.#say(tag, value, source);
    for (const finding of findings ?? []) this.#find(finding, source);
  }

  /** The merged metadata as the next plugin gets it. */
  metadata(): { readonly [tag: string]: Json } {
    return { ...this.#handedOn };
  }

  /** The findings so far, as the next plugin gets them. */
  findings(): readonly Finding[] {
    return [...this.#findingsHandedOn];
  }

  report(): Report {
    const metadata: { [tag: string]: Json } = {};
    const sources: Report['sources'] = {};
    const conflicts: Report['conflicts'] = [];
    for (const [tag, statements] of this.#statements) {
      const [first] = statements;
      if (first === undefined) continue;
      define(metadata, tag, first.value);
      define(sources, tag, first.source);
      if (new Set(statements.map(({ value }) => canonicalJson(value))).size > 1)
        conflicts.push({ tag, values: statements });
    }
    return { metadata, sources, conflicts, findings: this.#findings, files: this.#files, steps: this.#steps };
  }

  #say(tag: string, value: Json, source: Source): void {
    const statements = this.#statements.get(tag);
    if (statements !== undefined) {
      statements.push({ value, source });
      return;
    }
    this.#statements.set(tag, [{ value, source }]);
    const size = tag.length + JSON.stringify(value).length;
    if (this.#handedOnSize + size > handedOnChars) return;
    this.#handedOnSize += size;
    this.#handedOn[tag] = value;
  }

  #find(finding: Finding, source: Source): void {
    this.#findings.push({ ...finding, source });
    const size = JSON.stringify(finding).length;
    if (this.#findingsSize + size > handedOnChars) return;
    this.#findingsSize += size;
    this.#findingsHandedOn.push(finding);
  }
}

/** Sets a property of an ordinary object whatever it is called: `__proto__` would otherwise set the prototype. */
function define<Value>(target: { [key: string]: Value }, key: string, value: Value): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
