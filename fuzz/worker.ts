// The process in which inputs are tried: it may crash, hang or grow, and is replaced when it does.
import { serve } from './serve.ts';
import { isTargetName, targets } from './targets.ts';

const [, , name] = process.argv;
if (!isTargetName(name)) throw new Error(`There is no target "${name}".`);
serve(targets[name]);
