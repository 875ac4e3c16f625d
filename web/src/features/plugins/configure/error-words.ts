import type { TFunction } from 'i18next';

/** The contract speaks English; each of its sentences has one in the language of the page. Others stand as they are. */
const sentences = [
  [/^is required$/, 'required'],
  [/^must be a whole number$/, 'integer'],
  [/^must be of type number$/, 'number'],
  [/^must be of type \w+$/, 'type'],
  [/^must be one of /, 'choice'],
  [/^must be at least (?<bound>\S+) characters$/, 'shortest'],
  [/^must be at most (?<bound>\S+) characters$/, 'longest'],
  [/^must be at least (?<bound>\S+) items$/, 'fewest'],
  [/^must be at most (?<bound>\S+) items$/, 'most'],
  [/^must be at least (?<bound>\S+)$/, 'minimum'],
  [/^must be at most (?<bound>\S+)$/, 'maximum'],
] as const;

export function errorWords(message: string, t: TFunction<'plugins'>): string {
  for (const [pattern, name] of sentences) {
    const match = pattern.exec(message);
    if (match !== null) return t(`wrong.${name}`, { bound: match.groups?.['bound'] ?? '' });
  }
  return message;
}
