import type { CodeRule } from '../rule.ts';
import { isProbe } from '../syntax.ts';
import { pathsOf } from '../values.ts';

/** Members of the module system that let code in by the back door. */
const backDoors =
  /^(?:Module\.(?!builtinModules\b|isBuiltin\b)\w+|require\.extensions|module\._compile|module\.load|module\.paths|module\.require)$/;
const worthTelling = /^(?:require\.cache|module\.children|module\.parent)$/;

export const moduleInternalsRule: CodeRule = {
  kind: 'code',
  id: 'module-internals',
  severity: 'high',
  explanation: 'The insides of the module system load and compile code past every rule for what a package may load.',
  remedy: 'Use require or import as they are.',
  samples: {
    bad: [
      'module.constructor._load("fs");',
      'require("module")._load("fs");',
      'new module.constructor("x")._compile("1", "x");',
      'require.extensions[".js"] = hook;',
      'import Module from "node:module"; Module._resolveFilename = hook;',
      'module.paths.push("/tmp");',
    ],
    good: [
      'if (require.main === module) main();',
      'module.exports = {};',
      'exports.Module = class Module {};',
      'const where = require.resolve("./x");',
      'const types = freeModule && freeModule.require && freeModule.require("util").types;',
    ],
  },
  check(file, report) {
    const { valuesOf } = file.evaluator;
    for (const node of file.tree.nodes('MemberExpression')) {
      if (isProbe(node)) continue;
      for (const path of new Set(pathsOf(valuesOf(node)))) {
        if (path === 'module.require') continue; // judged by what is loaded
        if (backDoors.test(path)) report(node, { message: `Reaches ${path}, inside the module system.` });
        else if (worthTelling.test(path))
          report(node, { message: `Looks into ${path}.`, severity: 'low', confidence: 0.4 });
      }
    }
    for (const { node, paths, construct } of file.invocations) {
      if (paths.includes('Module') && construct) report(node, { message: 'Makes a module of its own.' });
    }
  },
};
