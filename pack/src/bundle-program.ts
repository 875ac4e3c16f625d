import { dirname } from 'node:path';

/**
 * A program of ours in one file of plain JavaScript, for processes that are started often and may read nothing else.
 * @param options.replaced - modules by the end of their path, with the source that stands in for each
 */
export async function bundleProgram(options: {
  entry: string;
  replaced: { readonly [pathEnd: string]: string };
}): Promise<string> {
  const { rolldown } = await import('rolldown');
  await using build = await rolldown({
    cwd: dirname(options.entry),
    input: options.entry,
    platform: 'node',
    tsconfig: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'replaced',
        load: (id) => Object.entries(options.replaced).find(([end]) => id.endsWith(end))?.[1] ?? null,
      },
    ],
    experimental: { attachDebugInfo: 'none' },
  });
  const { output } = await build.generate({ format: 'es', codeSplitting: false, minify: false });
  return output[0].code;
}
