const namespaces = {
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xmpMM: 'http://ns.adobe.com/xap/1.0/mm/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
} as const;

/** By qualified name (`xmp:CreatorTool`). A list becomes an ordered array, an object one text per language. */
export type XmpValues = {
  [name: `${keyof typeof namespaces}:${string}`]: string | readonly string[] | { [language: string]: string };
};

/** An XMP packet, as UTF-8. */
export function writeXmp(values: XmpValues): Uint8Array {
  const declared = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const elements = Object.entries(values).map(([name, value]) => `   <${name}>${content(value)}</${name}>\n`);
  return Buffer.from(
    `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n` +
      ` <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n  <rdf:Description rdf:about=""${declared.join('')}>\n` +
      `${elements.join('')}  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>`,
  );
}

function content(value: XmpValues[keyof XmpValues]): string {
  if (typeof value === 'string') return escape(value);
  if (isList(value)) return `<rdf:Seq>${value.map((item) => `<rdf:li>${escape(item)}</rdf:li>`).join('')}</rdf:Seq>`;
  const items = Object.entries(value ?? {}).map(
    ([language, text]) => `<rdf:li xml:lang="${language}">${escape(text)}</rdf:li>`,
  );
  return `<rdf:Alt>${items.join('')}</rdf:Alt>`;
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
