/**
 * The archive policy: every rule that a package's archive can break, with what it keeps out. The keys are stable: they
 * stand in the `rule` of a refusal. `scanner/` enforces them.
 */
export const archiveRules = {
  // names
  path_empty: 'A name is empty.',
  path_encoding: 'A name is not valid UTF-8: every program would read it differently.',
  path_too_long: 'A path is longer than 240 bytes, which some systems cut off.',
  path_too_deep: 'A path lies deeper than 32 folders.',
  path_nul: 'A name contains a NUL, where some programs end it.',
  path_hidden_characters: 'A name contains control, invisible or bidirectional characters.',
  path_backslash: 'A name contains a backslash, which is a folder on Windows.',
  path_absolute: 'A path begins at the root, at a drive or in the home folder.',
  path_traversal: 'A path leads out of the package, as it stands, percent-encoded or after Unicode normalisation.',
  path_windows: 'A name contains a character that Windows gives a meaning, or ends in what Windows drops.',
  path_device: 'A name opens a device on Windows.',
  path_segment: 'A path has an empty or "." segment.',
  entry_duplicate: 'Two entries have one path: programs differ in which one they take.',
  path_collision: 'Two paths are one where case or Unicode form do not count.',
  file_and_folder: 'A path is a file and a folder at once.',

  // kinds of entries
  entry_link: 'An entry is a symbolic or hard link, or carries the target of one.',
  entry_special: 'An entry is a device, pipe, socket, volume label or of an unknown type.',
  entry_sparse: 'An entry is a sparse file: its size is not what it holds.',
  entry_setuid: 'An entry has the setuid or setgid bit.',
  folder_content: 'A folder has content, or an entry is a folder by one field and a file by another.',

  // what would be unpacked
  too_many_entries: 'The archive has more than 2,000 entries.',
  entry_too_large: 'A file is over 50 MB unpacked.',
  unpacked_too_large: 'The archive is over 200 MB unpacked.',
  ratio: 'The archive unpacks to more than 200 times its size.',
  nested_archive: 'A file is an archive itself, which nobody looked into.',
  no_files: 'The archive holds no files.',
  file_too_large: 'The icon is over 512 kB, or the README over 1 MB.',

  // one reading only
  name_mismatch: 'The file is named like another kind of archive than it is.',
  truncated: 'The archive is cut off.',
  trailing_data: 'Something follows the end of the archive, of its entries or of compressed data.',
  checksum: 'A checksum is not the declared one.',
  size_mismatch: 'Content unpacks to another size than it declares.',
  damaged: 'Compressed data cannot be unpacked.',

  // ZIP
  zip_end: 'The end record or directory is missing, broken, ambiguous or one part of several.',
  zip_count: 'The directory holds another number of entries than the end record counts.',
  zip_hidden_bytes: 'Bytes belong to no entry: before, between or behind them.',
  zip_overlap: 'Entries overlap, or reach beyond their place.',
  zip_local_mismatch: 'A local header says something else than the directory.',
  zip_descriptor: 'A data descriptor does not fit its entry, or could stand in two places.',
  zip_encrypted: 'An entry is encrypted.',
  zip_method: 'An entry is compressed by a method other than deflate.',
  zip_feature: 'An entry uses a feature of ZIP that packages do not need.',
  zip_extra: 'An extra field is broken, there twice, or of a kind that can change an entry.',
  zip_second_name: 'An extra field gives an entry another name.',
  zip64: 'ZIP64 records say something else than the records they extend, or are there for nothing.',
  zip_comment: 'A comment is long, or holds what is no text: a place for a second archive.',

  // TAR.GZ
  gzip_header: 'The gzip header is of an unknown kind or carries more than a file name.',
  tar_header: 'A header has a wrong checksum or a field that programs read differently.',
  tar_override: 'An extended header gives an entry another name, size, kind or target.',
  tar_extended: 'An extended header is broken, too long, or has no entry behind it.',
  tar_padding: 'The padding behind a file is not empty.',
} as const;

export type ArchiveRule = keyof typeof archiveRules;

/** Object.keys of a constant object: the keys are exactly its type's keys. */
export const archiveRuleNames = Object.keys(archiveRules) as ArchiveRule[];
