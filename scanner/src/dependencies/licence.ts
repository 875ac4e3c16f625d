import parse from 'spdx-expression-parse';

/** How people write what SPDX calls otherwise. */
const usual: Readonly<Record<string, string>> = {
  apache: 'Apache-2.0',
  'apache 2': 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  apache2: 'Apache-2.0',
  'apache license 2.0': 'Apache-2.0',
  'apache license, version 2.0': 'Apache-2.0',
  bsd: 'BSD-2-Clause',
  'bsd 3-clause': 'BSD-3-Clause',
  'bsd-3': 'BSD-3-Clause',
  'new bsd': 'BSD-3-Clause',
  gplv2: 'GPL-2.0-only',
  gplv3: 'GPL-3.0-only',
  'mit license': 'MIT',
  'mit/x11': 'MIT',
  'mpl 2.0': 'MPL-2.0',
  'public domain': 'CC0-1.0',
};
const longest = 200;

/** The SPDX expression that a text is or means; null for what is none. */
export function spdxOf(written: string | null): string | null {
  if (written === null || written.length > longest) return null;
  const text = written.trim();
  const meant = usual[text.toLowerCase()] ?? text;
  // The parser recurses into brackets.
  if (text.split('(').length > 20) return null;
  try {
    parse(meant);
    return meant;
  } catch {
    return null;
  }
}

export type LicenceConcern = 'forbids' | 'shares' | null;

const forbidding =
  /^(?:UNLICENSED|SSPL-|BUSL-|Elastic-|CC-BY(?:-\w+)?-N[CD]|CC-BY-N[CD]|PolyForm-|JSON$|Hippocratic-|CPOL-|MS-LPL|NCGL-|Aladdin|RPL-)/i;
const sharing = /^(?:A?GPL-|OSL-|EUPL-|CPAL-|Sleepycat|CC-BY-SA-|QPL-)/i;

/** The best of what an expression lets one choose: `MIT OR GPL-3.0` is MIT, of `MIT AND GPL-3.0` both hold. */
export function licenceConcern(expression: string): LicenceConcern {
  return concernOf(parse(expression));
}

const gravity: readonly LicenceConcern[] = [null, 'shares', 'forbids'];

function concernOf(info: parse.Info): LicenceConcern {
  if ('conjunction' in info) {
    const both = [concernOf(info.left), concernOf(info.right)].map((one) => gravity.indexOf(one));
    return gravity[info.conjunction === 'or' ? Math.min(...both) : Math.max(...both)] ?? null;
  }
  if (forbidding.test(info.license)) return 'forbids';
  // An exception is made for what is linked or bundled in.
  return sharing.test(info.license) && info.exception === undefined ? 'shares' : null;
}
