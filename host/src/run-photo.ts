import type { Json } from '@proofpix/contract/json';
import type { Report, Step } from '@proofpix/contract/runs';
import type { DerivedFiles, Photo } from './capabilities.ts';
import type { Host } from './host.ts';

/** One photo through the hooks of a run. The same for the server and the command line. */
export type PhotoRun = {
  runId: string;
  organisationId: string;
  photo: Photo;
  derivedFiles: (pluginId: string) => DerivedFiles;
  /** Ids of the plugins to run; all registered ones when left out. */
  plugins?: readonly string[];
  options?: { readonly [key: string]: Json };
  onStepStarted?: (step: { hook: string; plugin: string }) => void;
  onStep?: (step: Step) => Promise<void> | void;
  signal?: AbortSignal;
};

/** The steps a run will take: for progress, before it starts. */
export function planRun(
  _host: Host,
  _run: { organisationId: string; plugins?: readonly string[] },
): { hook: string; plugin: string }[] {
  throw new Error('replaced by the implementation');
}

export async function runPhoto(_host: Host, _run: PhotoRun): Promise<Report> {
  throw new Error('replaced by the implementation');
}
