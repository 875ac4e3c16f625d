import semver from 'semver';

/** Old packages have capitals; what has anything else cannot be in the registry. */
const pattern = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i;

export function isNpmName(name: string): boolean {
  return name.length <= 214 && pattern.test(name);
}

/** The version itself where a range allows only one; null for real ranges and what is none. */
export function exactVersion(text: string): string | null {
  return text.length <= 256 ? semver.valid(text.trim().replace(/^=/, '')) : null;
}

/** Package URL: https://github.com/package-url/purl-spec, type npm. */
export function purlOf(name: string, version: string | null): string {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `pkg:npm/${path}${version === null ? '' : `@${encodeURIComponent(version)}`}`;
}
