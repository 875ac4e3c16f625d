/** As much of a document's tree as the tag library looks at. */
export type XmlNode = {
  nodeName: string;
  tagName?: string;
  nodeValue: string | null;
  textContent: string;
  attributes: { nodeName: string; value: string }[];
  childNodes: XmlNode[];
};

const mostNodes = 50_000;
const deepest = 64;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Comment, CDATA, processing instruction, end tag, start tag with its attributes, or text. Linear: no part can be read two ways. */
const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const attribute = /([^\s<>/=]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;

/**
 * Reads XML without declarations of types and entities: XMP has none, and those are what attacks on XML parsers are
 * made of. Stands in for the browser's `DOMParser`, which the sandbox does not have.
 * @throws SyntaxError
 */
function parseXml(text: string): XmlNode {
  const document = node('#document', null);
  const open: XmlNode[] = [document];
  let count = 0;
  token.lastIndex = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  // NUL characters and blanks pad packets. By hand: a regular expression would try every run of blanks.
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  while (token.lastIndex < end) {
    const found = token.exec(text);
    if (found === null) throw new SyntaxError('The XML is not well-formed.');
    const [, data, closed, opened, attributes = '', empty, characters] = found;
    const parent = open[open.length - 1] ?? document;
    if ((count += 1) > mostNodes || open.length > deepest)
      throw new SyntaxError('The XML has too many or too deep elements.');
    if (closed !== undefined) {
      if (open.length < 2 || parent.nodeName !== closed) throw new SyntaxError('The XML closes what it did not open.');
      open.pop();
    } else if (opened !== undefined) {
      const element = node(opened, null);
      element.tagName = opened;
      for (const [, name = '', double, single] of attributes.matchAll(attribute)) {
        element.attributes.push({ nodeName: name, value: decode(double ?? single ?? '') });
      }
      parent.childNodes.push(element);
      if (empty === '') open.push(element);
    } else if (data !== undefined || characters !== undefined) {
      parent.childNodes.push(node('#text', data ?? decode(characters ?? '')));
    }
  }
  if (open.length > 1) throw new SyntaxError('The XML ends inside an element.');
  return document;
}

/** The interface that the tag library asks for. */
export const xmlParser = {
  parseFromString(text: string): XmlNode & { getElementsByTagName(name: string): XmlNode[] } {
    // Only ever asked for the browser's error elements; errors are thrown here.
    return Object.assign(parseXml(text), { getElementsByTagName: () => [] });
  },
};

function node(nodeName: string, nodeValue: string | null): XmlNode {
  return { nodeName, nodeValue, textContent: nodeValue ?? '', attributes: [], childNodes: [] };
}

function decode(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi,
    (whole, decimal, hex, name: string | undefined) => {
      if (name !== undefined) return entities[name] ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : '\uFFFD';
    },
  );
}
