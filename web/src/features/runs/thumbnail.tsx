import type { RunSummary } from '@proofpix/contract/runs';
import { useEffect, useMemo, useRef, useState } from 'react';
import { FileTile } from '../../ui/file-tile.tsx';
import { photoKind } from './photo-types.ts';
import { photoUrl } from './photo-urls.ts';
import { keptThumbnail, wantThumbnail, type ThumbnailSource } from './thumbnails.ts';
import css from './thumbnail.module.css';

/** A run's photo in the size of a list row, made when it comes into sight. */
export function RunThumbnail({ run, large }: { run: Pick<RunSummary, 'id' | 'file'>; large?: boolean }) {
  const { id } = run;
  const { name, sha256, type, size } = run.file;
  const source = useMemo(
    (): ThumbnailSource => ({
      // By content: the same photo is drawn once, whatever runs it is in.
      key: sha256,
      type,
      size,
      read: async (signal) => (await fetch(photoUrl(id), { signal })).blob(),
    }),
    [id, sha256, type, size],
  );
  return <Thumbnail kind={photoKind(type, name)} large={large ?? false} source={source} />;
}

/** A file that was chosen and is not sent yet. */
export function FileThumbnail({ file, id }: { file: File; id: number }) {
  const source = useMemo(
    (): ThumbnailSource => ({ key: `upload ${id}`, type: file.type, size: file.size, read: async () => file }),
    [file, id],
  );
  return <Thumbnail kind={photoKind(file.type, file.name)} large={false} source={source} />;
}

function Thumbnail({ kind, source, large }: { kind: string; source: ThumbnailSource; large: boolean }) {
  const frame = useRef<HTMLSpanElement>(null);
  const [url, setUrl] = useState<string | null>(keptThumbnail(source.key) ?? null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let takeBack: (() => void) | undefined;
    const sight = new IntersectionObserver(
      (entries) => {
        takeBack?.();
        takeBack = entries.some((entry) => entry.isIntersecting) ? wantThumbnail(source, setUrl) : undefined;
      },
      { rootMargin: '100px' },
    );
    sight.observe(element);
    return () => {
      sight.disconnect();
      takeBack?.();
    };
  }, [source]);
  return (
    <span ref={frame} className={css.frame} data-large={large || undefined}>
      <FileTile kind={kind} src={url ?? undefined} />
    </span>
  );
}
