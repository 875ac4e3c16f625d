import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { guestPrefix } from './guest-source.ts';
import type { PackageFiles } from './package-files.ts';

const framesShown = 30;
const frameChars = 500;
const inlineMap = /\/\/[#@] sourceMappingURL=data:application\/json[^,]{0,100};base64,([A-Za-z0-9+/=]+)\s*$/;
const linkedMap = /\/\/[#@] sourceMappingURL=([^\s'"]{1,300})\s*$/;
/** `    at name (path:line:column)` or `    at path:line:column` */
const framePattern = /^ {4}at (?:(.{0,200}?) \()?([^()]{1,300}):(\d{1,9}):(\d{1,9})\)?$/;

/**
 * Turns the engine's stack text into frames of original source files. Works on strings only, after they left the
 * isolate; keeps frames of the package's own files and nothing else, so that no path of this machine gets out.
 */
export class Stacks {
  readonly #files: PackageFiles;
  readonly #maps = new Map<string, SourceMap | undefined>();

  constructor(files: PackageFiles) {
    this.#files = files;
  }

  /** `title`, then at most 30 frames. */
  render(title: string, stack: string): string {
    const frames: string[] = [];
    for (const line of stack.split('\n')) {
      if (frames.length >= framesShown) break;
      const frame = this.#frame(line);
      if (frame !== undefined) frames.push(frame);
    }
    return [title, ...frames].join('\n');
  }

  #frame(line: string): string | undefined {
    if (line.length > frameChars) return undefined;
    const match = framePattern.exec(line);
    const path = match?.[2];
    if (match === null || path === undefined || path.startsWith(guestPrefix)) return undefined;
    const name = match[1];
    const file = path.replace(/^async /, '');
    if (!this.#files.has(file)) return undefined;
    const place = this.#original(file, Number(match[3]), Number(match[4]));
    if (name !== undefined) return `    at ${name} (${place})`;
    return `    at ${path.startsWith('async ') ? 'async ' : ''}${place}`;
  }

  #original(file: string, line: number, column: number): string {
    const map = this.#map(file);
    try {
      const entry = map?.findEntry(line - 1, column - 1);
      if (entry !== undefined && 'originalSource' in entry && entry.originalSource !== undefined) {
        return `${relativeSource(file, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
      }
    } catch {
      // A broken map: the place in the package is still right.
    }
    return `${file}:${line}:${column}`;
  }

  #map(file: string): SourceMap | undefined {
    if (!this.#maps.has(file)) this.#maps.set(file, this.#readMap(file));
    return this.#maps.get(file);
  }

  #readMap(file: string): SourceMap | undefined {
    try {
      const source = this.#files.text(file).trimEnd();
      const lastLine = source.slice(source.lastIndexOf('\n') + 1);
      const inline = inlineMap.exec(lastLine)?.[1];
      if (inline !== undefined) return parseMap(Buffer.from(inline, 'base64').toString('utf8'));
      const linked = linkedMap.exec(lastLine)?.[1];
      // Only a file of this package, found by the package's own rules: an address of any other kind is no path in it.
      const path = linked === undefined ? `${file}.map` : siblingOf(file, linked);
      return this.#files.has(path) ? parseMap(this.#files.text(path)) : undefined;
    } catch {
      return undefined;
    }
  }
}

function parseMap(json: string): SourceMap | undefined {
  const payload: unknown = JSON.parse(json);
  if (typeof payload !== 'object' || payload === null || !('mappings' in payload)) return undefined;
  return new SourceMap(payload as SourceMapPayload); // a wrong shape throws, which is caught
}

function siblingOf(file: string, name: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1) + name.replace(/^\.\//, '');
}

/** What a map calls a source, as a path within the package: no scheme, no root, no steps upward. */
function relativeSource(file: string, source: string): string {
  const bare = source.replace(/^[a-z][a-z0-9+.-]*:\/*/i, '');
  const parts = file.split('/').slice(0, -1);
  if (bare.startsWith('/') || bare !== source) parts.length = 0;
  for (const part of bare.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part.slice(0, 100));
  }
  return parts.slice(-12).join('/');
}
