import { setBridge, type Bridge } from './bridge.ts';
import { commonJsExports, jsonExports } from './commonjs.ts';
import { setPlugin } from './context.ts';
import { installGlobals } from './globals.ts';
import { lockDown } from './lockdown.ts';
import { acceptPlugin, beginLoading, refusePlugin } from './plugin.ts';
import { allowTimers } from './timers.ts';

// The doors of the isolate: the runner holds a reference to each, plugin code to none.
export { deliver, fireTimer, reportRejection } from './calls.ts';
export { defineCommonJs, exportedNames } from './commonjs.ts';
export { failLoading } from './plugin.ts';

/** Before any plugin code: the callbacks come one by one, because only functions given directly can cross. */
export function boot(...callbacks: unknown[]): void {
  // The runner gives them in this order (`bridgeOrder`).
  const [post, answer, fail, resolve, compile, importModule, readText, startTimer, stopTimer, compute] = callbacks as [
    Bridge['post'],
    Bridge['answer'],
    Bridge['fail'],
    Bridge['resolve'],
    Bridge['compile'],
    Bridge['importModule'],
    Bridge['readText'],
    Bridge['startTimer'],
    Bridge['stopTimer'],
    Bridge['compute'],
  ];
  setBridge({ post, answer, fail, resolve, compile, importModule, readText, startTimer, stopTimer, compute });
  installGlobals();
  lockDown();
}

export function begin(loadId: number, pluginId: string, version: string): void {
  setPlugin(pluginId, version);
  beginLoading(loadId);
  allowTimers();
}

/** Loads a plugin whose main file is CommonJS. ES modules come in through `entry-main.ts`. */
export function loadCommonJs(path: string): void {
  try {
    acceptPlugin(path.endsWith('.json') ? jsonExports(path) : commonJsExports(path));
  } catch (error) {
    refusePlugin(error);
  }
}
