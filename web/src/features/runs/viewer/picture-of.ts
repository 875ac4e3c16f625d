import { routes } from '@proofpix/contract/routes';
import { routeUrl } from '@proofpix/contract/client';
import type { Run } from '@proofpix/contract/runs';
import { isShown } from '../photo-types.ts';
import { photoUrl } from '../photo-urls.ts';

/** What can be drawn of a run: the photo, or a preview that a plugin took out of it. */
export type Picture =
  | { kind: 'photo'; src: string }
  | { kind: 'preview'; src: string; plugin: string }
  | { kind: 'none' };

const previewName = 'preview.jpg';

export function pictureOf(run: Run): Picture {
  if (isShown(run.file.type)) return { kind: 'photo', src: photoUrl(run.id) };
  const preview = run.files.find(({ name, type }) => name === previewName && isShown(type));
  if (preview === undefined) return { kind: 'none' };
  const { plugin } = preview.source;
  return {
    kind: 'preview',
    plugin,
    src: routeUrl(routes.runs.file, { id: run.id, name: preview.name }, { plugin }),
  };
}
