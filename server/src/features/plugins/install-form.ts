import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import { permissionNames, type Permission } from '@proofpix/contract/permissions';
import type { FormFields } from '../../http/upload.ts';
import { isTooDeep } from '@proofpix/host/storable';

export type InstallForm = {
  grants?: 'requested' | Permission[];
  refused?: Permission[];
  autoLoad: boolean;
  development: boolean;
  signature?: string;
  acceptReview: boolean;
};

/** The text fields of an upload. @throws Problem invalid_request */
export function readInstallForm(fields: FormFields): InstallForm {
  return {
    ...(fields.grants === undefined ? {} : { grants: readGrants(fields.grants) }),
    ...(fields.refused === undefined ? {} : { refused: readPermissions('refused', fields.refused) }),
    autoLoad: readFlag(fields, 'autoLoad'),
    development: readFlag(fields, 'development'),
    ...(fields.signature ? { signature: fields.signature } : {}),
    acceptReview: readFlag(fields, 'acceptReview'),
  };
}

function readGrants(text: string): 'requested' | Permission[] {
  const trimmed = text.trim();
  if (trimmed === 'requested' || trimmed === '"requested"') return 'requested';
  return readPermissions('grants', trimmed, ' or be "requested"');
}

function readPermissions(field: 'grants' | 'refused', text: string, otherwise = ''): Permission[] {
  const trimmed = text.trim();
  const names = trimmed.startsWith('[') ? parseList(field, trimmed) : trimmed.split(',').map((name) => name.trim());
  return names
    .filter((name) => name !== '')
    .map((name) => {
      const permission = permissionNames.find((known) => known === name);
      if (permission === undefined)
        throw wrong(field, `must name permissions (${permissionNames.join(', ')})${otherwise}`);
      return permission;
    });
}

function parseList(field: string, text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  const otherwise = field === 'grants' ? ', or "requested"' : '';
  throw wrong(field, `must be a JSON list, or names separated by commas${otherwise}`);
}

function readFlag(fields: FormFields, name: 'autoLoad' | 'development' | 'acceptReview'): boolean {
  const text = fields[name] ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw wrong(name, 'must be true or false');
}

/** A field of a form that holds a JSON object. @throws Problem invalid_request */
export function readObject(fields: FormFields, name: string): { readonly [key: string]: Json } | undefined {
  const text = fields[name];
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isTooDeep(value)) throw wrong(name, `must not be nested deeper than ${limits.jsonDepth}`);
    // What JSON.parse gives is JSON.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as { readonly [key: string]: Json };
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
  throw wrong(name, 'must be a JSON object');
}

/** A field of a form that holds names separated by commas. */
export function readList(fields: FormFields, name: string): string[] | undefined {
  const names = (fields[name] ?? '').split(',').map((text) => text.trim());
  const given = names.filter((text) => text !== '');
  return given.length === 0 ? undefined : given;
}

function wrong(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}
