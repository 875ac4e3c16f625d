import type { Follow } from './follow.ts';
import { prototypeOf } from './members.ts';
import { descriptorMark, memberPath, modulePath, namesAt } from './paths.ts';
import { isText, listOf, mostTextChars, pathValue, primitive, textOf, textsOf, type Value } from './values.ts';

/** Functions that turn unreadable text into readable. */
export const decoders: ReadonlySet<string> = new Set([
  'atob',
  'unescape',
  'decodeURI',
  'decodeURIComponent',
  'Buffer.from',
  'Buffer',
  'String.fromCharCode',
  'String.fromCodePoint',
  'module:zlib.inflateSync',
  'module:zlib.gunzipSync',
  'module:zlib.brotliDecompressSync',
  'module:zlib.inflateRawSync',
  'module:zlib.unzipSync',
]);

/** What a call of a known function gives, or null where it cannot be told. */
export function foldBuiltin(path: string, args: Value[][], follow: Follow): Value[] | null {
  const given = args.map(([value]) => value);
  const [first, second] = given;
  const text = first === undefined ? null : textOf(first);
  switch (path) {
    case 'atob':
      return text === null ? [{ kind: 'decoded' }] : decodedText(text, 'base64');
    case 'Buffer.from':
    case 'Buffer':
      return foldBuffer(first, second);
    case 'unescape':
    case 'decodeURI':
    case 'decodeURIComponent':
      return text === null ? [{ kind: 'decoded' }] : percentDecoded(path, text);
    case 'String.fromCharCode':
    case 'String.fromCodePoint':
      return fromCodes(path, given);
    case 'String':
      return text === null ? null : [primitive(text)];
    case 'Number':
    case 'parseInt':
    case 'parseFloat':
      return foldNumber(path, text, second);
    case 'Array.of':
    case 'Array':
      return listOf(args);
    case 'Array.from':
    case 'Object.freeze':
    case 'Object.seal':
    case 'Object':
    case 'Promise.resolve':
      if (path === 'Array.from' && first !== undefined && isText(first)) {
        return listOf([...first.value].map((char) => [primitive(char, true)]));
      }
      return args[0] ?? null;
    case 'Object.keys':
    case 'Object.getOwnPropertyNames':
    case 'Reflect.ownKeys':
    case 'Object.entries':
    case 'Object.values':
      return first === undefined ? null : listingOf(path, first);
    case 'Object.getPrototypeOf':
    case 'Reflect.getPrototypeOf':
      return args[0]?.flatMap(prototypeOf) ?? null;
    case 'Reflect.get':
      return args[0] === undefined || second === undefined ? null : follow.member(args[0], second);
    case 'Object.getOwnPropertyDescriptor':
    case 'Reflect.getOwnPropertyDescriptor':
      return args[0] === undefined || second === undefined ? null : descriptorOf(follow.member(args[0], second));
    case 'require':
    case 'module.require':
    case 'Module._load':
    case 'process.getBuiltinModule':
      return text === null ? null : requiredModule(text);
    case 'Module.createRequire':
    case 'Module.createRequireFromPath':
      return [pathValue('require')];
    default:
      return null;
  }
}

/** Few kinds of lists of few modules: hostile source asks for the same one again and again. */
const knownListings = new Map<string, Value[]>();

/** `Object.entries(require('os'))`, from which the one that is meant is then picked. */
function listingOf(path: string, first: Value): Value[] | null {
  if (first.kind !== 'path') return null;
  const known = knownListings.get(`${path} ${first.path}`);
  if (known !== undefined) return known;
  const names = namesAt(first.path);
  if (names === null) return null;
  const listing = listOf(
    names.map((name) => {
      const key = primitive(name, true);
      if (path !== 'Object.entries' && path !== 'Object.values') return [key];
      const member = [pathValue(memberPath(first.path, name), true)];
      return path === 'Object.values' ? member : listOf([[key], member]);
    }),
  );
  knownListings.set(`${path} ${first.path}`, listing);
  return listing;
}

function descriptorOf(values: Value[]): Value[] {
  return values.flatMap((value) => (value.kind === 'path' ? [pathValue(`${descriptorMark}${value.path}`, true)] : []));
}

function requiredModule(text: string): Value[] | null {
  const path = modulePath(text);
  return path === null ? null : [pathValue(path)];
}

function foldBuffer(first: Value | undefined, second: Value | undefined): Value[] | null {
  const [encoding = 'utf8'] = second === undefined ? [] : textsOf([second]);
  if (first === undefined) return [{ kind: 'decoded' }];
  if (first.kind === 'list') {
    const codes = first.items.map(([item]) => (item?.kind === 'primitive' ? Number(item.value) : Number.NaN));
    if (codes.some(Number.isNaN)) return [{ kind: 'decoded' }];
    return [primitive(Buffer.from(codes).toString(), true, true)];
  }
  const text = isText(first) ? first.value : null;
  if (text === null) return [{ kind: 'decoded' }];
  return encoding === 'utf8' || encoding === 'utf-8' ? [primitive(text)] : decodedText(text, encoding);
}

function decodedText(text: string, encoding: string): Value[] {
  if (!Buffer.isEncoding(encoding) || text.length > mostTextChars) return [{ kind: 'decoded' }];
  return [primitive(Buffer.from(text, encoding).toString('utf8'), true, true)];
}

function percentDecoded(path: string, text: string): Value[] {
  try {
    const plain = path === 'unescape' ? unescape(text) : decodeURIComponent(text);
    return [primitive(plain, plain !== text, plain !== text)];
  } catch {
    return [{ kind: 'decoded' }];
  }
}

function fromCodes(path: string, given: readonly (Value | undefined)[]): Value[] {
  const codes = given.map((value) => (value?.kind === 'primitive' ? Number(value.value) : Number.NaN));
  if (codes.length === 0 || codes.some((code) => !(code >= 0 && code <= 0x10_ffff))) return [{ kind: 'decoded' }];
  const text =
    path === 'String.fromCharCode' ? String.fromCharCode(...codes) : String.fromCodePoint(...codes.map(Math.trunc));
  return [primitive(text, true, true)];
}

function foldNumber(path: string, text: string | null, radix: Value | undefined): Value[] | null {
  if (text === null) return null;
  if (path === 'Number') return [primitive(Number(text))];
  if (path === 'parseFloat') return [primitive(Number.parseFloat(text))];
  const base = radix?.kind === 'primitive' ? Number(radix.value) : 10;
  return [primitive(Number.parseInt(text, base))];
}
