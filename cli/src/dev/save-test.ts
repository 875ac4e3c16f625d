import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { CommandFailure } from '../failure.ts';
import type { DevStep, Round } from './step.ts';

/**
 * Writes what the plugin said in this round as a test: the same photo and input must give the same again. Secrets of a
 * configuration are not written: whoever needs them reads them in the test from where they are safe.
 * @throws CommandFailure when there is nothing to keep, or the file is there already
 */
export async function saveTest(
  round: Round,
  options: { file: string; folder: string; hasConfig: boolean },
): Promise<void> {
  const { file, folder, hasConfig } = options;
  if (round.steps.length === 0) throw new CommandFailure('There is no call to keep as a test.', { exit: 'found' });
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(
      file,
      testText(round.steps, { folder: pathFrom(file, folder), photoPath: (path) => pathFrom(file, path), hasConfig }),
      { flag: 'wx' },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // writeFile throws nothing else
    throw new CommandFailure(`${file} exists already.`, {
      hints: ['Name another file: a test that holds is not written over.'],
    });
  }
}

/** `test/file-process-sample.test.ts` */
export function testName({ hook, photo }: Pick<DevStep, 'hook' | 'photo'>): string {
  const stem = `${hook}-${basename(photo.name).replace(/\.[^.]*$/, '')}`;
  return `${stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)}.test.ts`;
}

function pathFrom(file: string, path: string): string {
  const way = relative(dirname(file), path).split(sep).join('/');
  return way === '' ? '.' : way;
}

type Places = { folder: string; photoPath: (path: string) => string; hasConfig: boolean };

function testText(steps: readonly DevStep[], places: Places): string {
  const hasFiles = steps.some(({ photo }) => photo.path !== null);
  const hasSample = steps.some(({ photo }) => photo.path === null);
  const lines = [
    `import assert from 'node:assert/strict';`,
    ...(hasFiles ? [`import { createHash } from 'node:crypto';`, `import { readFile } from 'node:fs/promises';`] : []),
    `import { join } from 'node:path';`,
    `import { test } from 'node:test';`,
    ...(hasSample ? [`import { samplePhoto } from '@proofpix/sdk/sample-photo';`] : []),
    `import { openTestHost } from '@proofpix/sdk/test-host';`,
    '',
    `// Kept by "proofpix dev": what the plugin said, so that a change of it is noticed. Mend the expectation where the change was meant.`,
    `const folder = join(import.meta.dirname, ${text(places.folder)});`,
    ...(places.hasConfig
      ? ['', `// It ran with a configuration, which is not kept here: it may hold secrets.`, `const config = {};`]
      : []),
    ...steps.flatMap((step) => ['', ...oneTest(step, places)]),
  ];
  if (hasFiles)
    lines.push(
      '',
      '/** The photo, if it is still the one that the expectation is about. */',
      'async function photoOf(name: string, path: string, sha256: string): Promise<{ name: string; bytes: Uint8Array }> {',
      '  const bytes = new Uint8Array(await readFile(join(import.meta.dirname, path)));',
      `  assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256, \`\${path} is another photo now.\`);`,
      '  return { name, bytes };',
      '}',
    );
  return `${lines.join('\n')}\n`;
}

function oneTest({ hook, photo, input, step }: DevStep, { photoPath, hasConfig }: Places): string[] {
  const source =
    photo.path === null
      ? `{ name: ${text(photo.name)}, bytes: samplePhoto() }`
      : `await photoOf(${text(photo.name)}, ${text(photoPath(photo.path))}, ${text(photo.sha256)})`;
  // Options and the id of a run are the caller's: the test host gives its own.
  const { options: _options, run: _run, ...data } = input;
  const files = step.files.map(({ name, size, sha256 }) => ({ name, size, sha256 }));
  return [
    `test(${text(`${hook} says of ${photo.name} what it said when this was kept`)}, async () => {`,
    `  await using host = await openTestHost();`,
    `  const plugin = await host.install(folder${hasConfig ? ', { config }' : ''});`,
    `  const result = await plugin.call(${text(hook)}, {`,
    `    photo: ${source},`,
    ...(Object.keys(data).length > 0 ? [`    data: ${indented(data, 4)},`] : []),
    `  });`,
    ...(step.ok
      ? [`  assert.deepEqual(result.value(), ${indented(step.result ?? null, 2)});`]
      : [`  assert.equal(result.error?.code, ${text(step.error?.code ?? '')});`]),
    ...(files.length > 0
      ? [
          `  assert.deepEqual(`,
          `    result.files.map(({ name, size, sha256 }) => ({ name, size, sha256 })),`,
          `    ${indented(files, 4)},`,
          `  );`,
        ]
      : [`  assert.deepEqual(result.files, []);`]),
    `});`,
  ];
}

function indented(value: unknown, spaces: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`);
}

/** A text of strangers as source: JSON's escapes are JavaScript's. */
function text(value: string): string {
  return JSON.stringify(value);
}
