import { isRecord } from '../code/json-record.ts';
import type { Collector } from './collect.ts';
import { fromModulePath } from './from-paths.ts';
import { readFields, textIn, type Fields } from './read-json.ts';

const mostSources = 20_000;
const mostSections = 100;

/** The files that a bundle was made from. */
export function fromSourceMap(path: string, bytes: Uint8Array, collector: Collector): void {
  const fields = readFields(bytes);
  if (typeof fields === 'string') {
    collector.gap(path, `The source map ${fields}.`);
    return;
  }
  const sections = Array.isArray(fields.sections) ? fields.sections.slice(0, mostSections) : [];
  const maps = [fields, ...sections.flatMap((section: unknown) => (isRecord(section) ? [section.map] : []))];
  for (const map of maps) if (isRecord(map)) sourcesOf(path, map, collector);
}

function sourcesOf(path: string, { sources, sourceRoot }: Fields, collector: Collector): void {
  if (!Array.isArray(sources)) return;
  if (sources.length > mostSources) collector.gap(path, `Names more than ${mostSources} files.`);
  const root = textIn(sourceRoot) ?? '';
  for (const source of sources.slice(0, mostSources))
    if (typeof source === 'string') fromModulePath(path, `${root}/${source}`, 'source-map', collector);
}
