import type { Component, ComponentEvidenceKind, ComponentList } from '@proofpix/contract/dependencies';
import { limits } from '@proofpix/contract/limits';
import { isNpmName, purlOf } from './npm-name.ts';

/** One trace of a component. */
export type Found = {
  name: string;
  version?: string | null;
  range?: string;
  license?: string | null;
  how: ComponentEvidenceKind;
  file: string;
  line?: number;
  /** That the package really is in there. */
  confidence: number;
  sha256?: string;
  sha512?: string;
};

export type Collector = {
  add(found: Found): void;
  /** Something was not read: what is missing from the list is then not known to be missing. */
  gap(file: string, message: string): void;
  result(): ComponentList;
};

/** Puts traces together: one component for each name and version, and traces without a version beside those that tell it. */
export function createCollector(): Collector {
  const byKey = new Map<string, Component>();
  const gaps = new Map<string, { file: string; message: string }>();

  function gap(file: string, message: string): void {
    if (gaps.size < limits.componentGaps) gaps.set(`${file}\n${message}`, { file, message: plain(message, 300) ?? '' });
  }

  return {
    add(found) {
      const { name, version = null } = found;
      if (!isNpmName(name)) {
        gap(found.file, `Names a package "${name.slice(0, 60)}", which npm cannot know.`);
        return;
      }
      const key = `${name}\n${version ?? ''}`;
      const known = byKey.get(key);
      if (known !== undefined) addTrace(known, found);
      else if (byKey.size >= limits.components) gap('', `Has more than ${limits.components} dependencies.`);
      else byKey.set(key, addTrace(emptyComponent(name, version), found));
    },
    gap,
    result: () => ({ components: [...withVersions([...byKey.values()])].sort(inOrder), gaps: [...gaps.values()] }),
  };
}

/** Without what no database can hold and no page should show. */
function plain(text: string | null | undefined, most: number): string | null {
  return text?.slice(0, most).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu, ' ') ?? null;
}

function emptyComponent(name: string, version: string | null): Component {
  return {
    name,
    version,
    range: null,
    purl: purlOf(name, version),
    license: null,
    confidence: 0,
    evidence: [],
    sha256: null,
    sha512: null,
  };
}

function addTrace(component: Component, { how, file, line = 0, confidence, ...found }: Found): Component {
  component.range ??= plain(found.range, 256);
  component.license ??= plain(found.license, 200);
  component.sha256 ??= found.sha256 ?? null;
  component.sha512 ??= found.sha512 ?? null;
  component.confidence = Math.max(component.confidence, confidence);
  const again = component.evidence.some((one) => one.how === how && one.file === file);
  if (!again && component.evidence.length < limits.componentEvidence)
    component.evidence.push({ how, file, line, confidence });
  return component;
}

/**
 * A trace without a version belongs to every known version of its name: which one it is from cannot be told, and a second
 * entry of unknown version would hide that all versions that can be meant were looked up.
 */
function withVersions(all: readonly Component[]): Component[] {
  const versions = Map.groupBy(
    all.filter(({ version }) => version !== null),
    ({ name }) => name,
  );
  const nameless: Component[] = [];
  for (const component of all) {
    if (component.version !== null) continue;
    const known = versions.get(component.name);
    if (known === undefined) nameless.push(component);
    for (const one of known ?? []) {
      one.range ??= component.range;
      one.license ??= component.license;
      one.confidence = Math.max(one.confidence, component.confidence);
      one.evidence.push(...component.evidence.slice(0, limits.componentEvidence - one.evidence.length));
    }
  }
  return [...[...versions.values()].flat(), ...nameless];
}

function inOrder(a: Component, b: Component): number {
  const first = `${a.name}\n${a.version ?? ''}`;
  const second = `${b.name}\n${b.version ?? ''}`;
  return first < second ? -1 : first > second ? 1 : 0;
}
