import { routes } from '@proofpix/contract/routes';
import { isNotice, type Notice } from '@proofpix/contract/notices';
import type { Run, RunEvent, RunSummary } from '@proofpix/contract/runs';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { keysOfNotice } from '../plugins/live-plugins.ts';
import { activeRunsQuery, isActive, type HistoryPages, oldestFirst, runKeys } from './queries.ts';

/** The step that a run is in at this moment. */
export type CurrentStep = { hook: string; plugin: string };

/**
 * What the server tells over its WebSocket. Events only make the page quicker: what counts is what the routes answer,
 * which are asked again after each reconnect, and every two seconds while there is no connection.
 */
const steps = new Map<string, CurrentStep>();
let connected = false;
let version = 0;
const listeners = new Set<() => void>();

function changed() {
  version += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useCurrentStep(runId: string): CurrentStep | undefined {
  return useSyncExternalStore(subscribe, () => steps.get(runId));
}

/** For lists: asks again whenever any step changed. */
export function useCurrentSteps(): ReadonlyMap<string, CurrentStep> {
  useSyncExternalStore(subscribe, () => version);
  return steps;
}

/** Whether the server tells what happens at the moment it does. */
export function useIsLive(): boolean {
  return useSyncExternalStore(subscribe, () => connected);
}

/** How often to ask the server about something that is under way. */
export function useLiveInterval(underWay: boolean): number | false {
  const online = useSyncExternalStore(subscribe, () => connected);
  if (!underWay) return false;
  return online ? 15_000 : 2_000;
}

const firstPause = 1_000;
const longestPause = 15_000;

/** Follows all runs of the organisation for as long as somebody is signed in. */
export function useLiveRuns(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const apply = createApply(queryClient);
    let socket: WebSocket | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pause = firstPause;

    function connect() {
      const url = new URL(routes.events.follow.path, location.href);
      url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
      const opened = new WebSocket(url);
      socket = opened;
      opened.addEventListener('open', () => {
        pause = firstPause;
        connected = true;
        changed();
        // What happened before the connection was there is not sent again.
        void queryClient.invalidateQueries({ queryKey: runKeys.all });
      });
      opened.addEventListener('message', ({ data }) => {
        const event = parse(data);
        if (event !== null) apply(event);
      });
      opened.addEventListener('close', () => {
        if (socket !== opened) return;
        connected = false;
        changed();
        timer = setTimeout(connect, pause);
        pause = Math.min(pause * 2, longestPause);
      });
    }

    connect();
    return () => {
      clearTimeout(timer);
      const last = socket;
      socket = undefined;
      last?.close();
      connected = false;
      steps.clear();
      changed();
    };
  }, [queryClient]);
}

function parse(data: unknown): RunEvent | Notice | null {
  try {
    return JSON.parse(String(data)) as RunEvent | Notice; // the server's own words, typed by the contract
  } catch {
    return null;
  }
}

function createApply(queryClient: QueryClient): (event: RunEvent | Notice) => void {
  const again = createCoalescer((key) => void queryClient.invalidateQueries({ queryKey: JSON.parse(key) as string[] })); // made right below

  return function apply(event) {
    if (isNotice(event)) {
      // What a notice is about is read anew from its route.
      for (const key of keysOfNotice(event)) again(JSON.stringify(key));
      return;
    }
    switch (event.type) {
      case 'run:started':
        return keepActive(queryClient, [event.run]);
      case 'step:started':
        steps.set(event.runId, { hook: event.hook, plugin: event.plugin });
        return changed();
      case 'step:finished':
        steps.delete(event.runId);
        changed();
        keepActive(queryClient, [event.run]);
        queryClient.setQueryData<Run>(runKeys.run(event.runId), (run) =>
          // A step that came twice (an answer overtook its event) must not be counted twice.
          run === undefined || run.steps.length >= event.run.stepsDone
            ? run
            : { ...run, ...event.run, steps: [...run.steps, event.step] },
        );
        return again(JSON.stringify(runKeys.run(event.runId)));
      case 'run:finished':
        steps.delete(event.run.id);
        changed();
        keepActive(queryClient, [event.run]);
        again(JSON.stringify(runKeys.run(event.run.id)));
        return again(JSON.stringify(runKeys.histories));
    }
  };
}

/** Puts runs into the list of what is under way, or takes them out of it when they are done. */
export function keepActive(queryClient: QueryClient, changedRuns: readonly RunSummary[]): void {
  queryClient.setQueryData(activeRunsQuery.queryKey, (before) => {
    if (before === undefined) return before;
    const ids = new Set(changedRuns.map((run) => run.id));
    const kept = before.runs.filter((run) => !ids.has(run.id));
    const runs = [...kept, ...changedRuns.filter(isActive)].sort(oldestFirst);
    return { runs, total: Math.max(runs.length, before.total + runs.length - before.runs.length) };
  });
}

/** Takes a deleted run out of every list at once: asking the server again takes a moment, in which it would be a dead link. */
export function forgetRun(queryClient: QueryClient, id: string): void {
  const without = <Item extends { id: string }>(items: readonly Item[]) => items.filter((item) => item.id !== id);
  queryClient.setQueryData(activeRunsQuery.queryKey, (before) => before && { ...before, runs: without(before.runs) });
  queryClient.setQueriesData<HistoryPages>(
    { queryKey: runKeys.histories },
    (before) => before && { ...before, pages: before.pages.map((page) => ({ ...page, items: without(page.items) })) },
  );
  queryClient.removeQueries({ queryKey: runKeys.run(id) });
}

/** Many events for one key within a moment become one request. */
function createCoalescer(act: (key: string) => void, milliseconds = 250): (key: string) => void {
  const waiting = new Set<string>();
  return (key) => {
    if (waiting.has(key)) return;
    waiting.add(key);
    setTimeout(() => {
      waiting.delete(key);
      act(key);
    }, milliseconds);
  };
}
