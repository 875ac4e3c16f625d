import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@proofpix/contract/json';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';
import { parseStrictJson } from '@proofpix/scanner/parse-json';
import { fromCaller } from '../config.ts';
import { endWith } from '../exit-codes.ts';
import { CommandFailure, reportFailure } from '../failure.ts';
import { openLocalPhoto } from '../local-photo.ts';
import { choosePlugins } from '../run/choose-plugins.ts';
import { findPhotos } from '../run/find-photos.ts';
import { paintFor } from '../terminal.ts';
import { describeRound } from './describe-round.ts';
import { DevSession, photoInMemory, type OpenedPhoto } from './dev-session.ts';
import { saveTest, testName } from './save-test.ts';
import { isGood, type Round } from './step.ts';
import { watchFolder } from './watch-folder.ts';
import { printableJson } from '../printable.ts';

export type DevOptions = {
  photo: string[];
  with: string[];
  config?: string;
  once: boolean;
  saveTest?: string;
  json: boolean;
};

/** Each round calls every hook for every photo: with more, nobody would wait for it. */
const mostPhotos = 100;

/** Packs, loads and calls the plugin in a folder again whenever something in it changes. */
export async function dev(path: string, options: DevOptions): Promise<void> {
  const folder = fromCaller(path);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new CommandFailure(`${folder} is no folder.`, {
      hints: ['Name the folder of a plugin; "proofpix new" makes one.'],
    });
  await using opened = new AsyncDisposableStack();
  const photos = await openPhotos(options.photo, opened);
  const beside =
    options.with.length === 0
      ? []
      : (await choosePlugins({ plugin: options.with, bundled: false, config: [] })).plugins;
  const session = opened.use(new DevSession({ folder, photos, beside, readConfig: () => readConfig(options.config) }));
  const hasConfig = options.config !== undefined;
  const first = await session.round();
  show(first, options);
  if (options.saveTest !== undefined) await keep(first, { file: fromCaller(options.saveTest), folder, hasConfig });
  if (options.once) return void (isGood(first) || endWith('found'));
  await untilStopped(session, first, { folder, options });
}

/** Rounds one after the other: what changes meanwhile asks for one more. */
async function untilStopped(
  session: DevSession,
  first: Round,
  { folder, options }: { folder: string; options: DevOptions },
): Promise<void> {
  let last = first;
  let isWanted = false;
  let isRunning = false;
  const stopped = Promise.withResolvers<void>();
  const again = async (): Promise<void> => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      last = await session.round();
      show(last, options);
    }
    isRunning = false;
  };
  const rerun = () => void again().catch(stopped.reject);
  using listening = new DisposableStack();
  listening.use(watchFolder(folder, rerun));
  const keyboard = listenToKeys({
    r: rerun,
    s: () => void keepLast().catch(reportFailure),
    q: () => stopped.resolve(),
  });
  listening.use(keyboard);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());
  const keys = process.stdin.isTTY ? ' r: again · s: keep this as a test · q: end' : '';
  console.error(`Watching ${folder}.${keys}`);
  await stopped.promise;

  async function keepLast(): Promise<void> {
    const step = last.steps[0];
    if (step === undefined) throw new CommandFailure('There is no call to keep as a test.');
    let file = join(folder, 'test', testName(step));
    for (let count = 2; existsSync(file); count += 1)
      file = join(folder, 'test', testName(step).replace(/\.test\.ts$/, `-${count}.test.ts`));
    await keep(last, { file, folder, hasConfig: options.config !== undefined });
  }
}

async function keep(round: Round, options: { file: string; folder: string; hasConfig: boolean }): Promise<void> {
  await saveTest(round, options);
  console.error(`Kept as a test: ${options.file}`);
}

function show(round: Round, options: DevOptions): void {
  if (options.json) console.log(printableJson(round));
  else for (const line of [...describeRound(round, paintFor(process.stdout)), '']) console.log(line);
}

/** Single keys, where somebody sits before a terminal. */
function listenToKeys(keys: Readonly<Record<string, () => void>>): Disposable {
  const { stdin } = process;
  if (!stdin.isTTY) return { [Symbol.dispose]: () => undefined };
  const listen = (data: Buffer) => {
    const key = data.toString('utf8');
    // In raw mode Ctrl C and Ctrl D come as characters.
    if (key === '\u0003' || key === '\u0004') keys['q']?.();
    else if (Object.hasOwn(keys, key)) keys[key]?.();
  };
  stdin.setRawMode(true).resume().on('data', listen);
  return {
    [Symbol.dispose]() {
      stdin.off('data', listen).pause().setRawMode(false);
    },
  };
}

async function readConfig(file: string | undefined): Promise<Json> {
  if (file === undefined) return {};
  const path = fromCaller(file);
  const bytes = await readFile(path);
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    throw new CommandFailure(`${path} ${error instanceof Error ? error.message : 'cannot be read'}.`);
  }
}

async function openPhotos(paths: readonly string[], opened: AsyncDisposableStack): Promise<OpenedPhoto[]> {
  if (paths.length === 0) {
    const bytes = makeSamplePhoto();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return [{ about: { path: null, name: 'sample.jpg', sha256 }, photo: photoInMemory('sample.jpg', bytes, sha256) }];
  }
  const { photos } = await findPhotos(paths.map(fromCaller));
  if (photos.length === 0) throw new CommandFailure('There is no photo.');
  if (photos.length > mostPhotos)
    throw new CommandFailure(`There are ${photos.length} photos; each round takes at most ${mostPhotos}.`);
  const all: OpenedPhoto[] = [];
  for (const { path, name } of photos) {
    const photo = opened.use(await openLocalPhoto(path, randomUUID()));
    all.push({ about: { path, name, sha256: photo.file.sha256 }, photo });
  }
  return all;
}
