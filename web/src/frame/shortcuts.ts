import { useEffect, useEffectEvent, useRef } from 'react';
import { useNavigate } from 'react-router';
import { paths } from '../paths.ts';
import type { Commands } from './commands.ts';

/** After `g`: the letter of each place. */
export const placeLetters = {
  w: 'workbench',
  c: 'cases',
  h: 'history',
  p: 'plugins',
  n: 'connections',
  s: 'security',
  a: 'audit',
} as const;

type Letter = keyof typeof placeLetters;

/** How long `g` waits for its letter. */
const patience = 1_500;

/** The keys that work on every page; none of them while somebody types or a dialog is open, but the palette's. */
export function useShortcuts({ openPalette, openShortcuts }: Commands): void {
  const navigate = useNavigate();
  const leader = useRef(0);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      return openPalette();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isDialogOpen()) return;
    const afterLeader = event.timeStamp - leader.current < patience;
    leader.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (afterLeader && isLetter(event.key)) {
      const place = placeLetters[event.key];
      event.preventDefault();
      void navigate(paths[place]);
    } else if (event.key === '?') {
      openShortcuts();
    } else if (event.key === '/') {
      event.preventDefault();
      const field = document.querySelector<HTMLInputElement>('[data-search], main input[type=search]');
      if (field === null) openPalette();
      else field.focus();
    }
  });
  useEffect(() => {
    leader.current = Number.NEGATIVE_INFINITY;
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

function isLetter(key: string): key is Letter {
  return Object.hasOwn(placeLetters, key);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  );
}

function isDialogOpen(): boolean {
  return document.querySelector('dialog[open], [role=dialog]') !== null;
}
