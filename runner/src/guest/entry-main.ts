// Runs after the plugin's main ES module has been evaluated, top-level await included.
import * as plugin from 'plugin:target';
import { acceptPlugin } from './plugin.ts';

acceptPlugin(plugin);
