/** Initialises an empty embedded database in the folder it is given. Started by template.ts as a process of its own. */
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say which folder.');
const database = await PGlite.create({ fs: new NodeFS(folder) });
await database.close();
