/** The first that stands in the text wins: every browser also calls itself by the names of those that it copies. */
const programs: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*Safari\//, 'Safari'],
];

const systems: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** A user agent in plain words, for people who look for what is not theirs. It is what the client says of itself. */
export function describeDevice(userAgent: string | null): { program: string | null; system: string | null } {
  const text = userAgent ?? '';
  const nameIn = (table: typeof programs) => table.find(([mark]) => mark.test(text))?.[1] ?? null;
  return { program: nameIn(programs) ?? firstProduct(text), system: nameIn(systems) };
}

/** "curl" of "curl/8.5.0"; only a word, since it is a stranger's text. */
function firstProduct(text: string): string | null {
  const name = /^([A-Za-z][\w.-]{0,39})(?:\/|$)/.exec(text)?.[1];
  return name === undefined || name === 'Mozilla' ? null : name;
}
