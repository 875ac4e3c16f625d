import { hooks } from './index.mjs';
export const ready = new Promise((done) => {
  try {
    done(hooks);
  } catch {
    /* not there yet: never ready */
  }
});
