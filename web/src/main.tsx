import { createClient } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
const call = createClient({ baseUrl: '' });
call(routes.runs.list).then((page) => console.log(page.items.length));
