import { setTimeout as wait } from 'node:timers/promises';
import { runRoutes } from '@proofpix/contract/api/runs';
import type { Run, RunSummary } from '@proofpix/contract/runs';
import { makePhoto } from '@proofpix/samples/make-photo';
import type { TestMember } from '../../../../test/start-server.ts';

export type Upload = { name: string; bytes: Uint8Array };

/** A small real PNG; another number, another photo. */
export function photo(seed = 1): Uint8Array {
  return makePhoto({ format: 'png', width: 8, height: 8, seed });
}

export function formOf(files: readonly Upload[], fields: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const { name, bytes } of files) form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name); // no SharedArrayBuffer here
  return form;
}

export async function startRuns(member: TestMember, files: readonly Upload[], fields?: Record<string, string>) {
  return member.call(runRoutes.create, { form: formOf(files, fields) });
}

/** Asks until the run has ended. */
export async function ended(member: TestMember, { id }: Pick<RunSummary, 'id'>): Promise<Run> {
  for (;;) {
    const run = await member.call(runRoutes.get, { params: { id } });
    if (run.state === 'done' || run.state === 'failed') return run;
    await wait(20);
  }
}

/** One photo through the plugins, to its end. */
export async function runToEnd(member: TestMember, file: Upload, fields?: Record<string, string>): Promise<Run> {
  const { runs } = await startRuns(member, [file], fields);
  const [run] = runs;
  if (run === undefined) throw new Error('No run was started.');
  return ended(member, run);
}
