import { Type } from 'typebox';

/** Where a plugin comes from: one of our own sources, or another server's marketplace by its host. */
export const PluginSource = Type.String({
  pattern: '^(upload|bundled|marketplace|marketplace:[a-z0-9._\\[\\]:-]{1,260})$',
  description: 'upload, bundled, marketplace, or marketplace:<host> for the marketplace of another server',
});

/** Asks for a plugin of another server's marketplace. Left out, it is never one of those: no name alone leads there. */
export const FollowedSource = Type.String({
  pattern: '^marketplace:[a-z0-9._\\[\\]:-]{1,260}$',
  description: 'marketplace:<host>, for a plugin of the marketplace that this server follows; left out: of this server',
});
