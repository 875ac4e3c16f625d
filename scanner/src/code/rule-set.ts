import type { CodeRule, FileRule, PackageJsonRule, PackageRule, TextRule } from './rule.ts';
import { codeFromTextRule } from './rules/code-from-text.ts';
import { codedConstantsRule } from './rules/coded-constants.ts';
import { computedGlobalRule } from './rules/computed-global.ts';
import { dataLeakRule } from './rules/data-leak.ts';
import { dependencySourceRule } from './rules/dependency-source.ts';
import { directionMarksRule } from './rules/direction-marks.ts';
import { dynamicModuleRule } from './rules/dynamic-module.ts';
import { endlessWorkRule } from './rules/endless-work.ts';
import { escapePrimitiveRule } from './rules/escape-primitive.ts';
import { escapedNamesRule } from './rules/escaped-names.ts';
import { evalRule } from './rules/eval.ts';
import { farRightCodeRule } from './rules/far-right-code.ts';
import { hiddenFileRule } from './rules/hidden-file.ts';
import { hostModuleRule } from './rules/host-module.ts';
import { imitatedNameRule } from './rules/imitated-name.ts';
import { installScriptRule } from './rules/install-script.ts';
import { intrinsicTamperingRule } from './rules/intrinsic-tampering.ts';
import { invisibleCharactersRule } from './rules/invisible-characters.ts';
import { leftSecretRule } from './rules/left-secret.ts';
import { lookalikeNamesRule } from './rules/lookalike-names.ts';
import { mainOutsideRule } from './rules/main-outside.ts';
import { miningRule } from './rules/mining.ts';
import { misleadingNameRule } from './rules/misleading-name.ts';
import { moduleInternalsRule } from './rules/module-internals.ts';
import { nativeBinaryRule } from './rules/native-binary.ts';
import { nestedArchiveRule } from './rules/nested-archive.ts';
import { obfuscatedStringsRule } from './rules/obfuscated-strings.ts';
import { permissionUseRule } from './rules/permission-use.ts';
import { processInternalsRule } from './rules/process-internals.ts';
import { scriptFileRule } from './rules/script-file.ts';
import { secretPathRule } from './rules/secret-path.ts';
import { shellCommandRule } from './rules/shell-command.ts';
import { slowPatternRule } from './rules/slow-pattern.ts';
import { suspiciousAddressRule } from './rules/suspicious-address.ts';
import { symbolsOnlyRule } from './rules/symbols-only.ts';
import { timerTextRule } from './rules/timer-text.ts';
import { undeclaredHostRule } from './rules/undeclared-host.ts';
import { wasmFileRule } from './rules/wasm-file.ts';
import { webAssemblyRule } from './rules/web-assembly.ts';
import { withStatementRule } from './rules/with-statement.ts';

/** Every rule there is. Whoever changes what one finds raises `ruleSetVersion` in the contract. */
export const codeRules: readonly CodeRule[] = [
  evalRule,
  codeFromTextRule,
  timerTextRule,
  computedGlobalRule,
  withStatementRule,
  hostModuleRule,
  dynamicModuleRule,
  moduleInternalsRule,
  processInternalsRule,
  intrinsicTamperingRule,
  escapePrimitiveRule,
  obfuscatedStringsRule,
  codedConstantsRule,
  lookalikeNamesRule,
  escapedNamesRule,
  dataLeakRule,
  suspiciousAddressRule,
  shellCommandRule,
  secretPathRule,
  miningRule,
  webAssemblyRule,
  leftSecretRule,
  endlessWorkRule,
  slowPatternRule,
];

export const textRules: readonly TextRule[] = [
  symbolsOnlyRule,
  directionMarksRule,
  invisibleCharactersRule,
  farRightCodeRule,
];

export const fileRules: readonly FileRule[] = [
  nativeBinaryRule,
  scriptFileRule,
  hiddenFileRule,
  nestedArchiveRule,
  misleadingNameRule,
  wasmFileRule,
];

export const packageJsonRules: readonly PackageJsonRule[] = [
  installScriptRule,
  dependencySourceRule,
  imitatedNameRule,
  mainOutsideRule,
];

export const packageRules: readonly PackageRule[] = [permissionUseRule, undeclaredHostRule];
