import { createContext, use } from 'react';

/** What can be opened from anywhere in the frame. */
export type Commands = { openPalette: () => void; openShortcuts: () => void };

export const CommandsContext = createContext<Commands>({ openPalette: () => {}, openShortcuts: () => {} });

export function useCommands(): Commands {
  return use(CommandsContext);
}

/** The key that is held for commands on this machine, as it is printed on it. */
export const commandKey = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
