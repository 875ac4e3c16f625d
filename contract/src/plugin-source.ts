/** Of this server: uploads, what came with it, and what was released on it. */
export const localSources = ['upload', 'bundled', 'marketplace'] as const;

const followedPrefix = 'marketplace:';

export function followedSource(url: string): string {
  return `${followedPrefix}${new URL(url).host}`;
}

export function isFollowedSource(source: string): boolean {
  return source.startsWith(followedPrefix);
}

/** `marketplace:market.example.org` without its kind. */
export function hostOfSource(source: string): string {
  return source.slice(followedPrefix.length);
}

/**
 * A publisher's name as this server says it. A name belongs to the marketplace that gave it out: another server's `acme`
 * is `market.example.org/acme` here, which no rule and no entry about our own `acme` can mean.
 */
export function publisherHere({ source, publisher }: { source: string; publisher: string }): string {
  return isFollowedSource(source) ? `${hostOfSource(source)}/${publisher}` : publisher;
}
