// ES modules over several files, with a wait at the top level.
import { format } from 'node:util';
import double, { triple } from './lib/double.mjs';

const waited = await Promise.resolve(7);

export default {
  hooks: {
    'conformance-modules:act': ({ act }) => ({
      value: act === 'meta' ? Object.keys(import.meta) : [double(4), triple(4), waited, format('%s', 'a')],
    }),
    'file:process': () => ({}),
  },
};
