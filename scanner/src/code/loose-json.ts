/**
 * JSON as more forgiving readers than `JSON.parse` take it: with comments and commas too many. A package.json that one
 * tool refuses and another obeys would otherwise be judged by what the first one sees.
 * @throws SyntaxError
 */
export function parseLooseJson(source: string): unknown {
  // What never ends is taken to the end of the file: to look for its end from every start would take for ever.
  const bare = source.replace(
    /("(?:[^"\\\n]|\\.)*"?)|\/\/[^\n]*|\/\*(?:[^]*?\*\/|[^]*$)/g,
    (_, text: string | undefined) => text ?? ' ',
  );
  const plain = bare.replace(/("(?:[^"\\\n]|\\.)*"?)|,(?=\s*[}\]])/g, (_, text: string | undefined) => text ?? '');
  return JSON.parse(plain);
}
