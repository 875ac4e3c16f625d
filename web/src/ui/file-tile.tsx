import css from './file-tile.module.css';

/** The photo in the size of a list row; its kind in letters where the browser has no picture of it. */
export function FileTile({ kind, src }: { kind: string; src?: string | undefined }) {
  return (
    <span className={css.tile} aria-hidden>
      {kind}
      {src === undefined ? null : (
        <img className={css.picture} src={src} alt="" loading="lazy" decoding="async" onError={hide} />
      )}
    </span>
  );
}

function hide(event: React.SyntheticEvent<HTMLImageElement>) {
  event.currentTarget.hidden = true;
}
