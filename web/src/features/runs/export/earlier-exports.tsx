import { timeInList, timeWithZone } from '../../../ui/format.ts';
import { WrittenFile } from './written-file.tsx';

type Export = { createdAt: string; files: readonly { url: string; name: string; size: number }[] };

/** The files of reports that were written before, with the moment of each. */
export function EarlierExports({ items }: { items: readonly Export[] }) {
  return (
    <ul>
      {items.flatMap(({ createdAt, files }) =>
        files.map((file) => (
          <WrittenFile
            key={file.url}
            {...file}
            when={
              <time dateTime={createdAt} title={timeWithZone(createdAt)}>
                {timeInList(createdAt)}
              </time>
            }
          />
        )),
      )}
    </ul>
  );
}
