import { parseArgs } from 'node:util';

const usage = `Usage:
  npm run corpus -- escapes DIR [--json] [--sandbox none|vm] [--kind KIND] [--at-once N]
  npm run corpus -- ssrf FILE [--json]
  npm run corpus -- code DIR [--json]
  npm run corpus -- archives [DIR] [--json]     our own without DIR`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    sandbox: { type: 'string', default: 'runner' },
    'at-once': { type: 'string' },
    kind: { type: 'string' },
  },
});
const [what, path, ...more] = positionals;
const { sandbox } = values;
const atOnce = values['at-once'] === undefined ? undefined : Number(values['at-once']);

if (more.length > 0) {
  refuse(usage);
} else if (what === 'archives') {
  const { runArchives } = await import('./archives/run.ts');
  process.exitCode = await runArchives({ folder: path, json: values.json });
} else if (path === undefined) {
  refuse(usage);
} else if (what === 'escapes') {
  if (sandbox !== 'runner' && sandbox !== 'none' && sandbox !== 'vm') refuse(`There is no sandbox "${sandbox}".`);
  else if (atOnce !== undefined && !(Number.isInteger(atOnce) && atOnce > 0)) refuse('--at-once takes a number.');
  else {
    const { runEscapes } = await import('./harness/run-escapes.ts');
    process.exitCode = await runEscapes({ folder: path, json: values.json, sandbox, kind: values.kind, atOnce });
  }
} else if (what === 'ssrf') {
  const { runSsrf } = await import('./ssrf/run.ts');
  process.exitCode = await runSsrf({ file: path, json: values.json });
} else if (what === 'code') {
  const { runCode } = await import('./code/run.ts');
  process.exitCode = await runCode({ folder: path, json: values.json });
} else {
  refuse(usage);
}

/** 2, not 1: a check that could not be made is no check that found something. */
function refuse(why: string): void {
  console.error(why);
  process.exitCode = 2;
}
