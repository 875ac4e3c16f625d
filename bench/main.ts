import { parseArgs } from 'node:util';
import type { Options, Row } from './measure.ts';

/** Each figure group is a file of its own, loaded when it is asked for. */
const groups: Record<string, () => Promise<{ measure: (options: Options) => Promise<Row[]> }>> = {
  runner: () => import('./runner.ts'),
  install: () => import('./install.ts'),
  http: () => import('./http.ts'),
  start: () => import('./start.ts'),
  photos: () => import('./photos.ts'),
  search: () => import('./search.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, listings: { type: 'string', default: '10000' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(groups);
const unknown = names.filter((name) => !Object.hasOwn(groups, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}". There are: ${Object.keys(groups).join(', ')}.`);
  process.exitCode = 1;
} else {
  const rows: Row[] = [];
  for (const name of names)
    rows.push(...((await (await groups[name]?.())?.measure({ listings: Number(values.listings) })) ?? []));
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  else for (const line of table(rows)) console.log(line);
}

function table(rows: readonly Row[]): string[] {
  const number = (value: number | null) => (value === null ? '–' : value.toPrecision(3)).padStart(10);
  const head = `${'figure'.padEnd(22)}${'ours'.padStart(10)}${'rival'.padStart(10)}${'ratio'.padStart(10)}  goal`;
  return [
    head,
    ...rows.map(
      (row) =>
        `${row.id.padEnd(22)}${number(row.ours)}${number(row.rival)}${number(row.ratio)}  ${row.goal} · ${row.name}`,
    ),
  ];
}
