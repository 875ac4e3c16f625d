/** What people read, in the state of the plugin and in the problem of a load. */
export const changedSentence =
  'The stored package is not the one that was installed: it was changed on the disk. Install it again.';
