/** What a bundle can be found to be changed in. */
export type ChangeKind =
  | 'end'
  | 'directory'
  | 'header'
  | 'content'
  | 'missing'
  | 'unlisted'
  | 'order'
  | 'manifest'
  | 'attestation'
  | 'exchanged'
  | 'chain'
  | 'contradiction'
  | 'key';

export type Change = {
  kind: ChangeKind;
  /** The file of the bundle that it is about. */
  path: string | null;
  /** Place in the bundle, counted from 0, where one byte can be named. */
  byte: number | null;
  /** What about it, where the kind alone does not say enough. */
  detail: string | null;
};

export class Changed extends Error {
  readonly change: Change;
  constructor(change: Partial<Change> & { kind: ChangeKind }) {
    super(change.kind);
    this.change = { path: null, byte: null, detail: null, ...change };
  }
}

/** The file is something else altogether. */
export class NoBundle extends Error {}

/** One sentence for people. */
export function changeSentence({ kind, path, byte, detail }: Change): string {
  const place = byte === null ? '' : ` (byte ${byte} of the bundle)`;
  const about = detail === null ? '' : ` ${detail}`;
  switch (kind) {
    case 'end':
      return `The end of the bundle was changed, or bytes were cut off or appended${place}.`;
    case 'directory':
      return `The list of files at the end of the bundle was changed${path === null ? '' : ` at "${path}"`}${place}.${about}`;
    case 'header':
      return `What stands before "${path}" in the bundle was changed${place}.`;
    case 'content':
      return `"${path}" was changed: it is not the file that the manifest names${place}.`;
    case 'missing':
      return `"${path}" is missing: the manifest names it.`;
    case 'unlisted':
      return `"${path}" was added: the manifest does not name it.`;
    case 'order':
      return `"${path}" does not stand where the manifest has it: files were put into another order.`;
    case 'manifest':
      return '"manifest.json" was changed: it is not the one that was signed.';
    case 'attestation':
      return '"attestation.json" was changed: its signature does not fit.';
    case 'exchanged':
      return '"attestation.json" was exchanged: it is signed for another organisation than the manifest names.';
    case 'chain':
      return `The chain of custody in "${path}" is broken.${about}`;
    case 'contradiction':
      return `"${path}" contradicts another file of the bundle.${about}`;
    case 'key':
      return 'The bundle is whole, but signed with another key than the one you named.';
  }
}
