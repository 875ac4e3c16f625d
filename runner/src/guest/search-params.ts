import { compute } from './bridge.ts';
import { parseJson, StringOf, toJson, TypeErrorOf } from './intrinsics.ts';

type Pair = [name: string, value: string];

/** How a URL connects its `searchParams`; a symbol, so that it is no part of the public interface. */
export const connectSearchParams = Symbol('connect');

/** The web's URLSearchParams; `application/x-www-form-urlencoded` is read and written by the runner. */
export class URLSearchParams {
  #pairs: Pair[] = [];
  #changed: ((query: string) => void) | undefined;

  constructor(init?: unknown) {
    if (init === undefined || init === null) return;
    if (typeof init === 'object' || typeof init === 'function') {
      const iterator = (init as { [Symbol.iterator]?: unknown })[Symbol.iterator]; // any object may be asked
      if (iterator !== undefined && iterator !== null) {
        for (const entry of init as Iterable<Iterable<unknown>>) {
          const pair = [...entry];
          if (pair.length !== 2) throw new TypeErrorOf('Each query pair must be an iterable [name, value] tuple');
          this.#pairs.push([text(pair[0]), text(pair[1])]);
        }
      } else {
        for (const [name, value] of Object.entries(init)) this.#pairs.push([text(name), text(value)]);
      }
    } else {
      this.#pairs = read(StringOf(init));
    }
  }

  [connectSearchParams](changed: ((query: string) => void) | undefined, query: string): void {
    this.#changed ??= changed;
    this.#pairs = read(query);
  }

  #update(): void {
    this.#changed?.(this.toString());
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: unknown, value: unknown): void {
    this.#pairs.push([text(name), text(value)]);
    this.#update();
  }

  delete(name: unknown, value?: unknown): void {
    this.#pairs = this.#pairs.filter(
      (pair) => pair[0] !== text(name) || (value !== undefined && pair[1] !== text(value)),
    );
    this.#update();
  }

  get(name: unknown): string | null {
    return this.#pairs.find((pair) => pair[0] === text(name))?.[1] ?? null;
  }

  getAll(name: unknown): string[] {
    return this.#pairs.filter((pair) => pair[0] === text(name)).map((pair) => pair[1]);
  }

  has(name: unknown, value?: unknown): boolean {
    return this.#pairs.some((pair) => pair[0] === text(name) && (value === undefined || pair[1] === text(value)));
  }

  set(name: unknown, value: unknown): void {
    const key = text(name);
    const first = this.#pairs.findIndex((pair) => pair[0] === key);
    if (first < 0) {
      this.#pairs.push([key, text(value)]);
    } else {
      this.#pairs = this.#pairs.filter((pair, index) => index === first || pair[0] !== key);
      this.#pairs[first] = [key, text(value)];
    }
    this.#update();
  }

  sort(): void {
    this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    this.#update();
  }

  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, self?: unknown): void {
    for (const [name, value] of this.#pairs) callback.call(self, value, name, this);
  }

  *entries(): Generator<Pair> {
    for (let index = 0; index < this.#pairs.length; index += 1) {
      const pair = this.#pairs[index];
      if (pair !== undefined) yield [pair[0], pair[1]];
    }
  }

  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<Pair> {
    return this.entries();
  }

  toString(): string {
    return compute('writeQuery', toJson(this.#pairs));
  }
}

function text(value: unknown): string {
  return StringOf(value).toWellFormed();
}

function read(query: string): Pair[] {
  return parseJson(compute('readQuery', query)) as Pair[]; // written by the runner
}
