/** Several short ones in one field of a limited length; a long one is cut. Without NUL, for which text is refused whole. */
export function join(strings: readonly string[], most: number): string[] {
  const joined: string[] = [];
  for (const text of strings.map((each) => each.replaceAll('\0', ''))) {
    const last = joined.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= most) joined[joined.length - 1] = `${last} ${text}`;
    else joined.push(text.slice(0, most));
  }
  return joined;
}
