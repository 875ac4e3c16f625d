import { parse, protocol, type PGlite, type Results } from '@electric-sql/pglite';
import type { Statement } from './messages.ts';

const { serialize } = protocol;
/** Kept in PostgreSQL's memory, some ten kilobytes each. */
const mostPrepared = 300;
/** Texts that came once: a text that grows with its parameters comes once only, and would push out those that return. */
const mostSeen = 1_000;
/** A longer one is made for its parameters. */
const longestText = 4_000;

type Prepared = { readonly name: string; readonly parameterTypes: readonly number[] };

/**
 * Statements of the extended protocol, each in one message. PGlite's own `query` parses and plans every statement anew, in
 * six messages, which is most of what a small statement costs. Here a text that comes a second time is prepared, and from
 * then on bound alone. Each role has its own: what row-level security adds would be planned anew at each change of role.
 */
export class PreparedStatements {
  readonly #database: PGlite;
  readonly #prepared = new Map<string, Prepared>();
  readonly #seen = new Set<string>();
  #lastName = 0;

  constructor(database: PGlite) {
    this.#database = database;
  }

  async query({ role, sql, parameters, rowMode }: Omit<Statement, 'kind' | 'transaction'>): Promise<Results> {
    const key = `${role} ${sql}`;
    const statement = this.#prepared.get(key) ?? (await this.#parse(key, sql));
    const { name, parameterTypes } = statement;
    if (name !== '') {
      // Last in line to make room.
      this.#prepared.delete(key);
      this.#prepared.set(key, statement);
    }
    const messages = await this.#send(
      serialize.bind({ statement: name, values: this.#texts(parameters, parameterTypes) }),
      serialize.describe({ type: 'P' }),
      serialize.execute({}),
    ).catch(async (error: unknown) => {
      // A table that it reads has other columns since: it is parsed anew the next time.
      if (name !== '' && (error as { code?: string }).code === '0A000') {
        this.#prepared.delete(key);
        await this.#send(serialize.close({ type: 'S', name }));
      }
      throw error;
    });
    const [result] = parse.parseResults(messages, this.#database.parsers, { rowMode });
    return result ?? { rows: [], fields: [] };
  }

  async #parse(key: string, sql: string): Promise<Prepared> {
    const name = this.#isWorthKeeping(key) ? `s${(this.#lastName += 1)}` : '';
    const [oldest] = this.#prepared;
    const makesRoom = name !== '' && oldest !== undefined && this.#prepared.size >= mostPrepared;
    if (makesRoom) this.#prepared.delete(oldest[0]);
    const messages = await this.#send(
      ...(makesRoom ? [serialize.close({ type: 'S', name: oldest[1].name })] : []),
      serialize.parse({ name, text: sql }),
      serialize.describe({ type: 'S', name }),
    );
    return { name, parameterTypes: parse.parseDescribeStatementResults(messages) };
  }

  #isWorthKeeping(key: string): boolean {
    if (key.length > longestText) return false;
    if (this.#seen.delete(key)) return true;
    if (this.#seen.size >= mostSeen) this.#seen.clear();
    this.#seen.add(key);
    return false;
  }

  #texts(parameters: readonly unknown[], types: readonly number[]) {
    return parameters.map((value, index) => {
      if (value === null || value === undefined) return null;
      const text = this.#database.serializers[types[index] ?? 0];
      return text === undefined ? String(value) : text(value);
    });
  }

  /** An error of any of them ends those after it; the Sync behind them ends the error. */
  #send(...messages: Uint8Array[]) {
    return this.#database.execProtocolStream(Buffer.concat([...messages, serialize.sync()]), { syncToFs: false });
  }
}
