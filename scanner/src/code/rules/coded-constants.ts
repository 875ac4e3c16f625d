import type { CodeFile } from '../code-file.ts';
import type { CodeRule } from '../rule.ts';
import { plainKey, type Node, type NodeOf } from '../syntax.ts';
import type { Value } from '../values.ts';

export const codedConstantsRule: CodeRule = {
  kind: 'code',
  id: 'coded-constants',
  severity: 'high',
  explanation:
    'A text is written as the numbers of its letters, or true and zero as what an empty list turns into. It says the same and cannot be searched for; no tool that makes files smaller does that.',
  remedy: 'Write texts as texts, and true, false and numbers as what they are.',
  samples: {
    bad: [
      'const s = String.fromCharCode(104, 101, 108, 108, 111, 32, 119, 111, 114, 108, 100);',
      'run(Buffer.from([0x72, 0x65, 0x61, 0x64, 0x20, 0x69, 0x74, 0x20, 0x61, 0x6c, 0x6c]).toString());',
      'const s = [110, 111, 98, 111, 100, 121, 32, 114, 101, 97, 100, 115].map((code) => String.fromCharCode(code)).join("");',
      'for (let at = +!!false; at < data.length; at++) data[at] ^= key.charCodeAt(at % key.length);',
      'while (!![]) step();',
      'const codes = [110, 111, 98, 111, 100, 121, 32, 114, 101, 97, 100, 115]; String.fromCharCode.apply(null, codes);',
      'const s = String.fromCharCode(...[110, 111, 98, 111, 100, 121, 32, 114, 101, 97, 100, 115]);',
      'let s = ""; [110, 111, 98, 111, 100, 121, 32, 114, 101].forEach((code) => { s += String.fromCharCode(code); });',
      'new TextDecoder().decode(new Uint8Array([110, 111, 98, 111, 100, 121, 32, 114, 101, 97, 100, 115]));',
      'const s = decodeURIComponent("%6e%6f%62%6f%64%79%20%72%65%61%64%73");',
    ],
    good: [
      'const flag = !!value, number = +!!value, list = ![].length;',
      'const marks = String.fromCharCode(0xd83d, 0xde00) + String.fromCharCode(8592, 8593, 8594, 8595, 8596, 8597, 8598, 8599, 8600, 8601);',
      'const bytes = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13]);',
      'const text = String.fromCharCode(...bytes);',
      'const place = decodeURIComponent("caf%C3%A9%20%5B1%5D%20%26%20%22bar%22");',
      'const mark = new Uint8Array([0x49, 0x43, 0x43, 0x5f, 0x50, 0x52, 0x4f, 0x46, 0x49, 0x4c, 0x45]);',
      'const at = photo.indexOf(Buffer.from([0x49, 0x43, 0x43, 0x5f, 0x50, 0x52, 0x4f, 0x46, 0x49, 0x4c, 0x45]));',
    ],
  },
  check(file, report) {
    for (const { node, args, paths, values } of file.invocations) {
      const codes = codesOf(file, paths, args, values);
      const isBytes = !paths.some((path) => path.startsWith('String.'));
      if (codes !== null && isPlainText(codes) && (!isBytes || isReadAsText(node)))
        report(node, { message: 'Writes a plain text as the numbers of its letters.', confidence: 0.9 });
    }
    for (const { node, args, paths } of file.invocations) {
      const [text] = args;
      if (text?.type !== 'Literal' || !paths.some((path) => /^(?:unescape|decodeURI(?:Component)?)$/.test(path)))
        continue;
      // Letters and digits stand for themselves in addresses; nothing that encodes them touches these.
      const letters = String(text.value).match(/%(?:u00)?(?:3\d|[46][1-9a-f]|[57][0-9a])/gi) ?? [];
      if (letters.length >= fewestCodes)
        report(node, { message: 'Writes a plain text in percent codes.', confidence: 0.9 });
    }
    const spelled = file.tree.nodes('UnaryExpression').filter((node) => isSpelledConstant(node));
    if (spelled[0] !== undefined) {
      report(spelled[0], {
        message: 'Spells true, false or a number by turning something else into it.',
        severity: spelled.length >= 3 ? 'high' : 'medium',
        confidence: 0.8,
      });
    }
  },
};

const makers: ReadonlySet<string> = new Set([
  'String.fromCharCode',
  'String.fromCodePoint',
  'Buffer.from',
  'Uint8Array',
  'Uint8Array.from',
]);

/** Numbers that stand in the source and become a text: as arguments, or in a list whose items each become a letter. */
function codesOf(
  file: CodeFile,
  paths: readonly string[],
  args: readonly Node[],
  values: readonly Value[][],
): number[] | null {
  if (!paths.some((path) => makers.has(path))) return null;
  if (values.length >= fewestCodes) return values.map(([value]) => numberOf(value));
  const [first] = args;
  const list = first?.type === 'ArrayExpression' ? first : listAround(file, args);
  return list === null
    ? null
    : list.elements.map((element) => (element?.type === 'Literal' ? Number(element.value) : Number.NaN));
}

/** `[…].map((code) => String.fromCharCode(code))`: the list, seen from the call inside. */
function listAround(file: CodeFile, args: readonly Node[]): NodeOf<'ArrayExpression'> | null {
  const [first] = args;
  const [source] = first?.type === 'Identifier' ? (file.tree.bindingOf(first)?.sources ?? []) : [];
  const call = source?.kind === 'argument' ? source.fn.parent : null;
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return null;
  if (
    plainKey(call.callee.property, call.callee.computed) !== 'map' &&
    plainKey(call.callee.property, call.callee.computed) !== 'forEach'
  )
    return null;
  const { object } = call.callee;
  const [made] = object.type === 'Identifier' ? (file.tree.bindingOf(object)?.sources ?? []) : [];
  const list = made?.kind === 'value' ? made.node : object;
  return list.type === 'ArrayExpression' ? list : null;
}

const fewestCodes = 8;

function numberOf(value: Value | undefined): number {
  return value?.kind === 'primitive' && typeof value.value === 'number' ? value.value : Number.NaN;
}

/** Bytes that are compared with those of a photo are bytes; a text is what is read out of them. */
function isReadAsText({ parent }: Node): boolean {
  if (parent?.type === 'MemberExpression')
    return /^(?:toString|toLocaleString|\w+Slice)$/.test(plainKey(parent.property, parent.computed) ?? '');
  if (parent?.type === 'CallExpression' && parent.callee.type === 'MemberExpression')
    return plainKey(parent.callee.property, parent.callee.computed) === 'decode';
  return parent?.type === 'BinaryExpression' || parent?.type === 'TemplateLiteral';
}

/** Letters, digits and marks that every keyboard has, and mostly letters: no table of bytes looks like that. */
function isPlainText(codes: readonly number[]): boolean {
  if (codes.length < fewestCodes || !codes.every((code) => (code >= 32 && code < 127) || code === 10)) return false;
  const letters = codes.filter((code) => /[a-z ]/i.test(String.fromCharCode(code))).length;
  return letters / codes.length >= 0.6;
}

/** `!![]`, `+[]`, `+!!false`, `!{}`: constants that nobody writes so, and no minifier either. */
function isSpelledConstant({ operator, argument, parent }: NodeOf<'UnaryExpression'>): boolean {
  if (operator !== '!' && operator !== '+') return false;
  // The outermost alone counts.
  if (parent?.type === 'UnaryExpression' && (parent.operator === '!' || parent.operator === '+')) return false;
  let at: Node = argument;
  let turns = 1;
  for (; at.type === 'UnaryExpression' && (at.operator === '!' || at.operator === '+'); at = at.argument) turns += 1;
  if (at.type === 'ArrayExpression') return at.elements.length === 0;
  if (at.type === 'ObjectExpression') return at.properties.length === 0;
  return at.type === 'Literal' && typeof at.value === 'boolean' && (turns >= 2 || operator === '+');
}
