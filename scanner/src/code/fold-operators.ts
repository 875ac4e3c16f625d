import { unwrapped, type Node, type NodeOf } from './syntax.ts';
import { isText, mostTextChars, primitive, textOf, uniqueValues, type Primitive, type Value } from './values.ts';

type Evaluate = (node: Node) => Value[];
type Binary = { operator: string; left: Node; right: Node };

/** Longer sums are machine-made; their shape is judged elsewhere. */
const mostTerms = 3_000;

/** Sums lean to the left, thousands deep: they are taken apart in a loop. */
export function foldBinary(node: Binary, evaluate: Evaluate): Value[] {
  if (node.operator !== '+') return foldArithmetic(node.operator, evaluate(node.left), evaluate(node.right));
  const terms: Node[] = [node.right];
  let at = unwrapped(node.left);
  while (at.type === 'BinaryExpression' && at.operator === '+' && terms.length < mostTerms) {
    terms.push(at.right);
    at = unwrapped(at.left);
  }
  terms.push(at);
  let sums: Value[] | null = null;
  for (const term of terms.toReversed()) {
    const values = evaluate(term);
    sums = sums === null ? values : uniqueValues(sums.flatMap((a) => values.flatMap((b) => add(a, b))));
    if (sums.length === 0) return [];
  }
  return sums ?? [];
}

function add(a: Value, b: Value): Value[] {
  if (a.kind === 'decoded' || b.kind === 'decoded') return [{ kind: 'decoded' }];
  if (a.kind === 'primitive' && b.kind === 'primitive' && !isText(a) && !isText(b)) {
    return foldArithmetic('+', [a], [b]);
  }
  const left = textOf(a);
  const right = textOf(b);
  if (left === null || right === null || left.length + right.length > mostTextChars) return [];
  const decoded = [a, b].some((value) => value.kind === 'primitive' && value.decoded);
  return [primitive(left + right, true, decoded)];
}

function foldArithmetic(operator: string, left: Value[], right: Value[]): Value[] {
  const [a] = left;
  const [b] = right;
  if (a?.kind !== 'primitive' || b?.kind !== 'primitive' || left.length > 1 || right.length > 1) return [];
  if (typeof a.value === 'bigint' || typeof b.value === 'bigint') return [];
  if (operator === '===' || operator === '!==') return [primitive((a.value === b.value) === (operator === '==='))];
  if ((operator === '==' || operator === '!=') && typeof a.value === typeof b.value)
    return [primitive((a.value === b.value) === (operator === '=='))];
  const [x, y] = [Number(a.value), Number(b.value)];
  const value = arithmetic(operator, x, y);
  return value === undefined ? [] : [primitive(value)];
}

function arithmetic(operator: string, x: number, y: number): Primitive {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    case '%':
      return x % y;
    case '**':
      return x ** y;
    case '^':
      return x ^ y;
    case '&':
      return x & y;
    case '|':
      return x | y;
    case '<<':
      return x << y;
    case '>>':
      return x >> y;
    case '>>>':
      return x >>> y;
    default:
      return undefined;
  }
}

export function foldUnary(operator: string, values: Value[]): Value[] {
  const [value] = values;
  if (operator === 'void') return [primitive(undefined)];
  if (value === undefined || values.length > 1) return [];
  if (operator === '!') {
    if (value.kind === 'decoded' || value.kind === 'path') return [];
    return [primitive(value.kind === 'primitive' ? !value.value : false)];
  }
  const text = textOf(value);
  if (text === null || (value.kind === 'primitive' && typeof value.value === 'bigint')) return [];
  const number = value.kind === 'primitive' ? Number(value.value) : Number(text);
  if (operator === '+') return [primitive(number)];
  if (operator === '-') return [primitive(-number)];
  return operator === '~' ? [primitive(~number)] : [];
}

export function joinedText(node: NodeOf<'TemplateLiteral'>, evaluate: Evaluate): Value[] {
  let text = node.quasis[0]?.value.cooked ?? '';
  let decoded = false;
  for (const [index, expression] of node.expressions.entries()) {
    const [value] = evaluate(expression);
    if (value?.kind === 'decoded') return [value];
    const part = value === undefined ? null : textOf(value);
    if (part === null) return [];
    decoded ||= value?.kind === 'primitive' && value.decoded;
    text += part + (node.quasis[index + 1]?.value.cooked ?? '');
    if (text.length > mostTextChars) return [];
  }
  return [primitive(text, node.expressions.length > 0, decoded)];
}
