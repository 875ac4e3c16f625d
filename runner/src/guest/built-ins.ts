import { ErrorOf } from './intrinsics.ts';
import axios from './modules/axios.ts';
import crypto from './modules/crypto.ts';
import url from './modules/url.ts';
import util from './modules/util.ts';

/** What `require` gives for the modules in the runner's table; the runner has checked the permission. */
export function builtIn(name: string): unknown {
  if (name === 'util') return util;
  if (name === 'url') return url;
  if (name === 'crypto') return crypto;
  if (name === 'axios') return axios;
  throw new ErrorOf(`There is no module ${name}.`);
}
