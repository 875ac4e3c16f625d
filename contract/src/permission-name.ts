import { Type } from 'typebox';
import { permissionNames } from './permissions.ts';

/** Apart from the names themselves, which the web app has without typebox. */
export const PermissionName = Type.Enum(permissionNames, { title: 'Permission' });
