import type { HookInput, HookName, HookOutput } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { DerivedFile, HookResult, StepError } from '@proofpix/contract/runs';
import type { DerivedFiles } from '@proofpix/host/capabilities';
import { detectPhotoType } from '@proofpix/scanner/photo-type';
import { createHash } from 'node:crypto';
import type { LogLine } from './told.ts';

/** What a hook gives: of the built-in hooks as they declare it, of custom ones any JSON. */
export type ResultOf<Name extends string> = Name extends HookName ? NonNullable<HookOutput<Name>> : Json;

/** What can be said of a hook's input; the test host adds the file. */
export type DataOf<Name extends string> = Name extends HookName ? Partial<Omit<HookInput<Name>, 'file'>> : Json;

/** A file that a plugin added. */
export type WrittenFile = DerivedFile & { bytes: Uint8Array };

/** What became of one call, as the server would store it, and what only a test can see. */
export type TestResult<Result = Json> = Omit<HookResult, 'result' | 'files'> & {
  result?: Result;
  files: WrittenFile[];
  /** What the plugin logged meanwhile. */
  logs: LogLine[];
  /** Processor time of its process meanwhile, measured from outside; 0 where this machine does not tell. */
  cpuMilliseconds: number;
  /** The most memory its process ever had beyond an empty one, in bytes; 0 where this machine does not tell. */
  memoryBytes: number;
  /**
   * What the plugin gave.
   * @throws PluginFailure with code, message, stack and log lines when it failed
   */
  value(): Result;
};

/** A call that failed, with everything that helps to find out why. */
export class PluginFailure extends Error {
  readonly code: string;
  /** Where in the plugin's sources it happened. */
  readonly pluginStack: string;

  constructor(plugin: string, { code, message, stack = '', errors = [] }: StepError, logs: readonly LogLine[]) {
    const fields = errors.map(({ field, message: wrong }) => `  ${field} ${wrong}`);
    const lines = logs.slice(-20).map((line) => `  ${line.level}: ${line.message}`);
    const parts = [`${plugin} failed: ${code}: ${message}`, ...fields, stack.trim()];
    if (lines.length > 0) parts.push('Its log:', ...lines);
    super(parts.filter((part) => part !== '').join('\n'));
    this.name = 'PluginFailure';
    this.code = code;
    this.pluginStack = stack;
  }
}

/** Keeps what plugins write during one call or run. */
export class WrittenFiles {
  readonly #written = new Map<string, Map<string, Uint8Array>>();

  of(plugin: string): DerivedFiles {
    return {
      write: async (name, bytes) => {
        const files = this.#written.get(plugin) ?? new Map<string, Uint8Array>();
        this.#written.set(plugin, files.set(name, bytes));
        const type = (await detectPhotoType(bytes)) ?? 'application/octet-stream';
        return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), type };
      },
    };
  }

  /** With their bytes. */
  filled(plugin: string, files: readonly DerivedFile[]): WrittenFile[] {
    const written = this.#written.get(plugin);
    return files.map((file) => ({ ...file, bytes: written?.get(file.name) ?? new Uint8Array(0) }));
  }
}
