import { isFollowedSource } from '@proofpix/contract/plugin-source';

/** A package of this computer with the file of its signatures, or a release of the marketplace. */
export type PackageSource =
  | { file: File; signature?: File }
  | { source: string; publisher: string; pluginId: string; version: string; name: string };

/** A release as the server is asked for it: where it comes from is said of another server's alone. */
export function releaseOf({ source, publisher, pluginId, version }: Exclude<PackageSource, { file: File }>) {
  return { ...(isFollowedSource(source) ? { source } : {}), publisher, pluginId, version };
}

/** What somebody chose or dropped: a package, and what lies beside it as `<package>.sig.json`. */
export function sourceOf(files: Iterable<File>): PackageSource | null {
  let file: File | undefined;
  let signature: File | undefined;
  for (const each of files) {
    if (each.name.endsWith('.sig.json')) signature ??= each;
    else file ??= each;
  }
  if (file === undefined) return null;
  return signature === undefined ? { file } : { file, signature };
}
