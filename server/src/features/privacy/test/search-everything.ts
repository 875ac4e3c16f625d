import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { sql } from 'kysely';
import type { TestServer } from '../../../../test/start-server.ts';
import { textsIn, textsInMail } from '../erasure/search-bytes.ts';

/** In all the ways that a text may lie in a table: as it is, in hexadecimal, and in base64 at each of its three places. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // The characters at both ends depend on what stands beside it.
    return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), bytes.toString('hex'), ...base64];
}

/** Tables and files in which one of the texts stands; the files of the embedded database are read as tables. */
export async function searchEverything(server: TestServer, texts: readonly string[]): Promise<string[]> {
  const forms = [...new Set(texts.flatMap(formsOf))].map((form) => form.toLowerCase());
  const found: string[] = [];
  // As whoever owns the database: the queue has tables of its own.
  await server.db.owner.transaction().execute(async (tx) => {
    await sql`select set_config('app.system', 'test', true)`.execute(tx);
    const { rows: tables } = await sql<{ schema: string; name: string }>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`.execute(
      tx,
    );
    if (tables.length < 60) throw new Error('There are fewer tables than there should be.');
    for (const { schema, name } of tables) {
      const columns = await sql<{ name: string }>`
        select column_name as name from information_schema.columns
        where table_schema = ${schema} and table_name = ${name}`.execute(tx);
      for (const { name: column } of columns.rows) {
        const text = sql`lower(each.${sql.ref(column)}::text)`;
        const hit = sql.join(
          forms.map((form) => sql`position(${form} in ${text}) > 0`),
          sql` or `,
        );
        const { rows } = await sql<{ count: number }>`
          select count(*) as count from ${sql.table(`${schema}.${name}`)} as each where ${hit}`.execute(tx);
        if (Number(rows[0]?.count) > 0) found.push(`${schema === 'public' ? '' : `${schema}.`}${name}.${column}`);
      }
    }
  });
  for await (const path of filesIn(server.dataDir)) {
    const place = relative(server.dataDir, path);
    const folder = place.split('/')[0] ?? '';
    if (folder === 'database') continue;
    const bytes = await readFile(path);
    const all = [...textsIn(bytes), ...(folder === 'outbox' ? textsInMail(bytes) : [])].map((text) =>
      text.toLowerCase(),
    );
    if (all.some((text) => forms.some((form) => text.includes(form)))) found.push(folder);
  }
  return [...new Set(found)];
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield path;
  }
}
