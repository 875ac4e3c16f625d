import accounts from './accounts.json' with { type: 'json' };
import frame from './frame.json' with { type: 'json' };
import problems from './problems.json' with { type: 'json' };
import runs from './runs.json' with { type: 'json' };
import ui from './ui.json' with { type: 'json' };

/** One file a feature, by the name of its folder; `problems` are the server's errors by code, empty where it speaks the language. */
export const messages = { accounts, frame, problems, runs, ui };
