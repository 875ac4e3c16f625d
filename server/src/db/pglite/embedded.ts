import { Worker } from 'node:worker_threads';
import { OperatorError } from '../../operator-error.ts';
import type { Failure, FromThread, Parameter, Request, Result, Statement, ThreadData, ToThread } from './messages.ts';

/** An error of the embedded database, with the fields that `pg` gives to its own. */
export class DatabaseError extends Error {
  constructor({ message, ...fields }: Failure) {
    super(message);
    this.name = 'DatabaseError';
    Object.assign(this, fields);
  }
}

type QueryOptions = { rowMode?: 'object' | 'array' };
/** What Kysely's PGliteDialect and pg-boss's fromPglite use of PGlite. */
export type Session = {
  readonly closed: boolean;
  readonly ready: boolean;
  readonly waitReady: Promise<void>;
  query<T>(sql: string, parameters?: readonly Parameter[], options?: QueryOptions): Promise<QueryResult<T>>;
  exec(sql: string): Promise<QueryResult<Record<string, unknown>>[]>;
  transaction<T>(work: (tx: SessionTransaction) => Promise<T>): Promise<T>;
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
};
export type SessionTransaction = Pick<Session, 'query' | 'exec'> & { rollback(): Promise<void> };
export type QueryResult<T> = { rows: T[]; fields: { name: string; dataTypeID: number }[]; affectedRows?: number };

export type Embedded = AsyncDisposable & {
  /** Made just now. */
  created: boolean;
  /** A view of the one connection whose statements run as this role. All views share one lock. */
  session(role: string): Session;
  countSyncs(): Promise<number>;
  /** Called when the thread ended although nobody asked it to, and could not be brought back. */
  onLost(listener: (error: Error) => void): void;
};

export type EmbeddedOptions = {
  folder: string;
  /** Longest time for one statement. Then its thread is stopped, because PGlite knows no timeout, and opened again. */
  statementMilliseconds?: number;
};

/** Opens PGlite in a thread of its own. The folder must be locked before. @throws OperatorError */
export async function openEmbedded({ folder, statementMilliseconds = 60_000 }: EmbeddedOptions): Promise<Embedded> {
  const link = new ThreadLink(folder, statementMilliseconds);
  const created = await link.start();
  return {
    created,
    session: (role) => createSession(link, role),
    async countSyncs() {
      const [result] = await link.locked(() => link.ask({ kind: 'count-syncs' }));
      return Number(result?.rows[0]);
    },
    onLost: (listener) => link.onLost(listener),
    [Symbol.asyncDispose]: () => link.stop(),
  };
}

type Waiting = { resolve(results: Result[]): void; reject(error: Error): void; deadline: NodeJS.Timeout | undefined };

/** The thread, the requests it has not answered yet, and the one lock that is held from BEGIN to COMMIT. */
class ThreadLink {
  readonly #folder: string;
  readonly #statementMilliseconds: number;
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #lostListeners: ((error: Error) => void)[] = [];
  #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lost: Error | undefined;
  #stopping = false;
  #nextId = 0;
  #lock: Promise<unknown> = Promise.resolve();
  #restarting: Promise<void> | undefined;
  /** Grows with every new thread: a transaction of the thread before must not go on in this one. */
  generation = 0;

  constructor(folder: string, statementMilliseconds: number) {
    this.#folder = folder;
    this.#statementMilliseconds = statementMilliseconds;
  }

  get closed(): boolean {
    return this.#stopping || this.#lost !== undefined;
  }

  onLost(listener: (error: Error) => void): void {
    this.#lostListeners.push(listener);
  }

  start(): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const data: ThreadData = { folder: this.#folder };
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: data, env: {}, execArgv: [] });
    let crash: Error | undefined;
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'ready') {
        this.#worker = worker;
        this.generation += 1;
        resolve(message.created);
      } else if (message.kind === 'not-ready') {
        reject(new OperatorError(`The database in ${this.#folder} cannot be opened: ${message.failure.message}`));
        void worker.terminate();
      } else this.#receive(message);
    });
    worker.on('error', (error) => (crash = error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => {
      const reason = crash?.message ?? `it ended with code ${code}`;
      reject(new OperatorError(`The database in ${this.#folder} cannot be opened: ${reason}`));
      if (this.#worker === worker) this.#ended(reason);
    });
    return promise;
  }

  /** Runs after everything that asked before, and keeps all others out until it is done. */
  locked<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lock.then(() => this.#restarting).then(work);
    this.#lock = turn.catch(() => {});
    return turn;
  }

  ask(request: Request): Promise<Result[]> {
    const worker = this.#worker;
    if (worker === undefined) return Promise.reject(connectionError(this.#lost?.message ?? 'The database is closed.'));
    const { promise, resolve, reject } = Promise.withResolvers<Result[]>();
    const id = this.#nextId++;
    const deadline = setTimeout(() => this.#overdue(worker, id), this.#statementMilliseconds);
    this.#waiting.set(id, { resolve, reject, deadline });
    const message: ToThread = { id, request };
    worker.postMessage(message); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
    return promise;
  }

  async listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    if (listeners.size === 1) await this.locked(() => this.ask({ kind: 'listen', channel }));
    return async () => {
      listeners.delete(listener);
      if (listeners.size === 0 && !this.closed) await this.locked(() => this.ask({ kind: 'unlisten', channel }));
    };
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    // Behind everything that waits: what was begun may end.
    await this.locked(async () => {
      this.#stopping = true;
      const worker = this.#worker;
      if (worker === undefined) return;
      await this.ask({ kind: 'close' }).catch(() => {}); // its thread ended: then it is closed as well
      this.#worker = undefined;
      await worker.terminate();
    });
  }

  #receive(message: Exclude<FromThread, { kind: 'ready' | 'not-ready' }>): void {
    if (message.kind === 'notification') {
      for (const listener of new Set(this.#listeners.get(message.channel))) listener(message.payload);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    clearTimeout(waiting?.deadline);
    if (message.kind === 'answer') waiting?.resolve(message.results);
    else waiting?.reject(new DatabaseError(message.failure));
  }

  #overdue(worker: Worker, id: number): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.reject(new DatabaseError({ message: 'The statement took too long and was stopped.', code: '57014' }));
    void worker.terminate(); // 'exit' brings a new one
  }

  /** What was committed is on disk, so a new thread goes on where this one ended; what was under way fails. */
  #ended(reason: string): void {
    this.#worker = undefined;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const { reject, deadline } of waiting.values()) {
      clearTimeout(deadline);
      reject(connectionError(`The database's thread ended: ${reason}.`));
    }
    if (!this.#stopping) this.#restarting = this.#restart();
  }

  async #restart(): Promise<void> {
    try {
      await this.start();
      for (const channel of this.#listeners.keys()) await this.ask({ kind: 'listen', channel });
    } catch (error) {
      this.#lost = new Error(`The database was lost: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
      for (const listener of this.#lostListeners) listener(this.#lost);
    } finally {
      this.#restarting = undefined;
    }
  }
}

function connectionError(message: string): DatabaseError {
  return new DatabaseError({ message, code: '08006' });
}

function createSession(link: ThreadLink, role: string): Session {
  type Sent = Pick<Statement, 'kind' | 'transaction' | 'sql'> & {
    parameters?: readonly Parameter[];
    options?: QueryOptions | undefined;
  };
  const send = ({ kind, transaction, sql, parameters = [], options }: Sent) =>
    link.ask({
      kind,
      role,
      transaction,
      sql,
      parameters: parameters.map(sendable),
      rowMode: options?.rowMode ?? 'object',
    });
  const single = <T>([result]: Result[]): QueryResult<T> => (result ?? { rows: [], fields: [] }) as QueryResult<T>; // the caller names its rows
  const many = (results: Result[]) => results as QueryResult<Record<string, unknown>>[]; // rows are objects in this mode

  return {
    get closed() {
      return link.closed;
    },
    ready: true,
    waitReady: Promise.resolve(),
    query: async <T>(sql: string, parameters?: readonly Parameter[], options?: QueryOptions) =>
      single<T>(
        await link.locked(() =>
          send({ kind: 'query', transaction: 'none', sql, ...(parameters ? { parameters } : {}), options }),
        ),
      ),
    exec: async (sql) => many(await link.locked(() => send({ kind: 'exec', transaction: 'none', sql }))),
    transaction: (work) =>
      link.locked(async () => {
        const { generation } = link;
        let state: 'not-begun' | 'open' | 'ended' = 'not-begun';
        // BEGIN travels with the first statement. Where there is no thread, this statement fails and not the transaction
        // as a whole: Kysely would wait for ever for one that failed before its first statement.
        async function ask(sent: Omit<Sent, 'transaction'>): Promise<Result[]> {
          if (state === 'ended') throw connectionError('The transaction has ended.');
          if (generation !== link.generation)
            throw connectionError("The transaction ended with the database's thread.");
          const transaction = state === 'not-begun' ? 'begin' : 'inside';
          state = 'open';
          return send({ ...sent, transaction });
        }
        async function end(commit: boolean): Promise<void> {
          const begun = state === 'open';
          state = 'ended';
          if (begun && generation === link.generation) await link.ask({ kind: 'end', commit });
          else if (begun && commit) throw connectionError("The transaction ended with the database's thread.");
        }
        try {
          const value = await work({
            query: async <T>(sql: string, parameters?: readonly Parameter[], options?: QueryOptions) =>
              single<T>(await ask({ kind: 'query', sql, ...(parameters ? { parameters } : {}), options })),
            exec: async (sql) => many(await ask({ kind: 'exec', sql })),
            rollback: () => end(false),
          });
          await end(true);
          return value;
        } catch (error) {
          await end(false).catch(() => {}); // the first error is the one that tells something
          throw error;
        }
      }),
    listen: (channel, listener) => link.listen(channel, listener),
    close: async () => {
      // One view never closes the connection that all share: whoever opened it does.
    },
  };
}

/** A small view of a big buffer would be copied with all of it. */
function sendable(value: Parameter): Parameter {
  return ArrayBuffer.isView(value) && value.byteLength !== value.buffer.byteLength
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice()
    : value;
}
