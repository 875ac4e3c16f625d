import { routeUrl } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import { useState } from 'react';
import css from './plugin-icon.module.css';

type Props = { plugin: { id: string; name: string; icon: string | null }; size?: 24 | 32 | 56 };

/** The icon of a package, as a picture only: what a stranger drew can run nothing there. Letters where there is none. */
export function PluginIcon({ plugin, size = 24 }: Props) {
  const { id, name, icon } = plugin;
  const src = icon === null ? null : routeUrl(routes.plugins.icon, { id }, { v: icon });
  return <IconTile name={name} src={src} size={size} />;
}

export function IconTile({ name, src, size }: { name: string; src: string | null; size: 24 | 32 | 56 }) {
  const [broken, setBroken] = useState<string | null>(null);
  return (
    <span className={css.tile} data-size={size} aria-hidden>
      {src === null || src === broken ? (
        lettersOf(name)
      ) : (
        <img className={css.picture} src={src} alt="" decoding="async" onError={() => setBroken(src)} />
      )}
    </span>
  );
}

/** Two letters, of the first two words. */
function lettersOf(name: string): string {
  const words = name.split(/[\s_-]+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters =
    words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? name)].slice(0, 2);
  return letters.join('');
}
