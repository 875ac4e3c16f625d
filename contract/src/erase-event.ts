/** What a plugin is told to forget. No name and no address is in it: only what it could have stored something under. */
export const eraseEventKinds = ['run', 'photo', 'person', 'organisation'] as const;

export type EraseEvent =
  | { readonly kind: 'run' | 'photo'; readonly runs: readonly string[]; readonly photos: readonly ErasedPhoto[] }
  | { readonly kind: 'person'; readonly person: string }
  | { readonly kind: 'organisation' };

/** By its id in this organisation and by its bytes. */
export type ErasedPhoto = { readonly id: string; readonly sha256: string };

/** What became of it with one plugin. */
export type ToldPlugin = { readonly plugin: string; readonly ok: boolean; readonly error: string | null };
