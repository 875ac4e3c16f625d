import { expect, test } from 'vitest';
import { readStrings } from '../../../../corpus/strings/read-strings.ts';
import { contentDisposition } from './content-disposition.ts';

test.each(readStrings())('the name of a download stays one name in one header: $kind %#', ({ text }) => {
  const header = contentDisposition('attachment', text);
  // No quote ends the string, no line ends the header, and what a browser decodes holds no folder.
  const match = /^attachment; filename="([^"\\\r\n]+)"; filename\*=UTF-8''([A-Za-z0-9%._~!-]+)$/.exec(header);
  expect(match, header).not.toBeNull();
  const names = [match?.[1] ?? '', decodeURIComponent(match?.[2] ?? '')];
  // oxlint-disable-next-line no-control-regex -- the attack
  for (const name of names) expect(name).not.toMatch(/[/\\\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(names).not.toContain('..');
  expect(new Headers({ 'content-disposition': header }).get('content-disposition')).toBe(header);
});
