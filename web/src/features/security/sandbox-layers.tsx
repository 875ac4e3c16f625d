import { sandboxLayers, type LayerState } from '@proofpix/contract/sandbox-layers';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { problemCode, problemText } from '../../api.ts';
import { Mark } from '../../ui/mark.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { readinessQuery } from './queries.ts';
import css from './sandbox-layers.module.css';

/** What stands around every plugin on this server, as it was found out by trying when the server started. */
export function SandboxLayers() {
  const readiness = useQuery(readinessQuery);
  const layers = readiness.data?.sandbox;
  return (
    <Section title="Sandbox" aside={layers === undefined ? undefined : summaryOf(layers)}>
      {readiness.isPending ? <LoadingRows rows={6} label="Loading the layers of the sandbox" /> : null}
      {readiness.isError && layers === undefined ? (
        <ErrorNotice
          title="The server did not say how its sandbox is built"
          code={problemCode(readiness.error)}
          action={<Button onClick={() => void readiness.refetch()}>Try again</Button>}
        >
          {problemText(readiness.error)}
        </ErrorNotice>
      ) : null}
      {layers === undefined ? null : (
        <ul>
          {layers.map((layer) => (
            <li key={layer.layer} className={css.row}>
              <Mark kind={layer.on ? 'nothing' : 'possible'} />
              <div className={css.what}>
                <p className={css.sentence}>{sandboxLayers[layer.layer]}</p>
                <p className={css.detail}>{layer.detail}</p>
              </div>
              <span className={css.state}>{layer.on ? 'On' : 'Missing'}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function summaryOf(layers: readonly LayerState[]): string {
  const missing = layers.filter(({ on }) => !on).length;
  return missing === 0
    ? `All ${layers.length} layers are on`
    : `${missing} of ${layers.length} layers are missing here`;
}
