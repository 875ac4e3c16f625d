import type { Plugin } from '@proofpix/contract/api/plugins';
import type { PluginReceipt } from '@proofpix/contract/receipts';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { timeWithZone } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { State, type Tone } from '../../ui/state.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import css from './plugin-page.module.css';
import { pluginQuery, receiptQuery } from './queries.ts';
import { Declared } from './receipt/declared.tsx';
import { Reached } from './receipt/reached.tsx';
import { Spent } from './receipt/spent.tsx';
import { Violations } from './receipt/violations.tsx';

/** The receipt of one plugin: what it cost and did, beside what it declared. */
export function PluginPage() {
  const { id = '' } = useParams();
  const plugin = useQuery(pluginQuery(id));
  const receipt = useQuery(receiptQuery(id));
  usePageTitle(plugin.data?.name ?? 'Plugin');
  const code = problemCode(plugin.error);
  if (plugin.data === undefined && (code === 'plugin_not_found' || code === 'invalid_request')) return <NotFoundPage />;
  const failed = plugin.error ?? receipt.error;
  return (
    <>
      <TopBar parents={<Link to={paths.security}>Security</Link>} />
      <main id="main" className={css.page}>
        {plugin.data !== undefined && receipt.data !== undefined ? (
          <Receipt plugin={plugin.data} receipt={receipt.data} />
        ) : failed === null ? (
          <LoadingRows rows={6} label="Loading the plugin" />
        ) : (
          <ErrorNotice
            title="The plugin could not be loaded"
            code={problemCode(failed)}
            action={<Button onClick={() => void Promise.all([plugin.refetch(), receipt.refetch()])}>Try again</Button>}
          >
            {problemText(failed)} It goes on working meanwhile.
          </ErrorNotice>
        )}
      </main>
    </>
  );
}

function Receipt({ plugin, receipt }: { plugin: Plugin; receipt: PluginReceipt }) {
  const state = stateOf(plugin);
  return (
    <>
      <header className={css.header}>
        <h1 className={css.name}>{plugin.name}</h1>
        <span className={css.facts}>
          {plugin.publisher} · {plugin.version}
        </span>
        <State tone={state.tone} words={state.words} />
      </header>
      {state.reason === null ? null : <p className={css.reason}>{state.reason}</p>}
      <Spent receipt={receipt} />
      <Declared receipt={receipt} />
      <Reached receipt={receipt} />
      <Violations receipt={receipt} />
    </>
  );
}

type Described = { words: string; tone: Tone; reason: string | null };

function stateOf({ state, stateReason, circuit }: Plugin): Described {
  if (state === 'quarantined') return { words: 'In quarantine', tone: 'failed', reason: stateReason };
  if (state === 'failed') return { words: 'Failed', tone: 'failed', reason: stateReason };
  if (state === 'unloaded') return { words: 'Stopped', tone: 'stopped', reason: stateReason };
  if (circuit.state === 'disabled') return { words: 'Switched off', tone: 'failed', reason: circuit.reason };
  if (circuit.state === 'open') {
    const until = circuit.retryAt === null ? '' : ` until ${timeWithZone(circuit.retryAt)}`;
    return { words: `Rests${until}`, tone: 'waits', reason: circuit.reason };
  }
  return { words: 'Running', tone: 'running', reason: null };
}
