import type { Suite } from '../suite.ts';
import { errorsAndLimits, results } from './behaviour.ts';
import { crypto } from './crypto.ts';
import { files } from './files.ts';
import { customHooks, hooks } from './hooks.ts';
import { http, noWayOut } from './http.ts';
import { life } from './life.ts';
import { commonJs, esModules } from './modules.ts';
import { permissions } from './permissions.ts';
import { storage } from './storage.ts';

export const suites: readonly Suite[] = [
  hooks,
  customHooks,
  files,
  storage,
  crypto,
  noWayOut,
  http,
  permissions,
  life,
  commonJs,
  esModules,
  errorsAndLimits,
  results,
];
