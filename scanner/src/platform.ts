/** What `proofpixVersion` and `nodeVersion` of a manifest are compared with. */
export const platform = {
  proofpix: '1.0.0',
  /** Plugins run in the Node that runs the server. */
  node: process.versions.node,
} as const;
