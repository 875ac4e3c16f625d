import type { RunEvent } from '@proofpix/contract/runs';
import { describe, expect, it } from 'vitest';
import { createEvents, type OrganisationEvent } from './events.ts';

const event = (runId: string): RunEvent => ({ type: 'step:started', runId, hook: 'file:process', plugin: 'a-plugin' });

describe('events', () => {
  it('reach those who watch the organisation, and nobody else', () => {
    const events = createEvents();
    const heard: [string, OrganisationEvent][] = [];
    events.subscribe('one', (told) => heard.push(['one', told]));
    events.subscribe('one', (told) => heard.push(['one again', told]));
    events.subscribe('other', (told) => heard.push(['other', told]));
    events.publish('one', event('a'));
    events.publish('nobody', event('b'));
    expect(heard).toEqual([
      ['one', event('a')],
      ['one again', event('a')],
    ]);
  });

  it('end with the subscription, also in the middle of being told', () => {
    const events = createEvents();
    let told = 0;
    const listener = () => (told += 1);
    const first = events.subscribe('one', () => first[Symbol.dispose]());
    const twice = [events.subscribe('one', listener), events.subscribe('one', listener)];
    events.publish('one', event('a'));
    expect(told).toBe(2);
    twice[0]?.[Symbol.dispose]();
    events.publish('one', event('b'));
    expect(told).toBe(3);
  });

  it('reach the others when one of them fails', () => {
    const failures: unknown[] = [];
    const events = createEvents((error) => failures.push(error));
    let told = 0;
    events.subscribe('one', () => {
      throw new Error('broken');
    });
    events.subscribe('one', () => (told += 1));
    events.publish('one', event('a'));
    expect([told, failures.length]).toEqual([1, 1]);
  });
});
