// What the page knows: the sandbox's last word, when it came, and what is looked at.

export const page = {
  state: null,
  receivedAt: 0, // performance.now() of the last state: the wound clock ticks on from there
  connected: false,
  focusId: null, // the phone in use
  day: null, // the day of the timetable (2026-11-25), null for today
};

export const views = new Map(); // phone id -> what this page knows of it besides the state

export function take(told) {
  page.state = told;
  page.receivedAt = performance.now();
  page.connected = true;
}

/** The product's time now, in milliseconds. */
export function woundNow() {
  return Date.parse(page.state.now) + (performance.now() - page.receivedAt);
}
