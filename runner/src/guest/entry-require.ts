// Runs after an ES module that a CommonJS file requires has been evaluated.
import * as namespace from 'plugin:target';
import { receiveNamespace } from './commonjs.ts';

receiveNamespace(namespace);
