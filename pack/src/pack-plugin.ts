export type PackedPlugin = {
  archive: Uint8Array;
  /** `<id>-<version>.zip` */
  fileName: string;
  /** Identity of the package, as every reader of the archive computes it. */
  digest: string;
};

/** @throws Problem `manifest_missing`, `manifest_invalid`, `main_missing`, `package_refused` */
export async function packPlugin(_directory: string): Promise<PackedPlugin> {
  throw new Error('replaced by the implementation');
}
