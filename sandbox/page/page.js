// The sandbox page: everything is drawn anew, by keys, whenever the sandbox has news.

import { renderWays } from "./ways.js";
import { renderCalls, renderCountdowns } from "./calls.js";
import { renderClock, wireClock } from "./clock.js";
import { renderCrm } from "./crm.js";
import { byId, setText } from "./dom.js";
import { renderDuty } from "./duty.js";
import { renderHealth, wireHead } from "./head.js";
import { listen } from "./link.js";
import { renderPhones } from "./phones.js";
import { page, views } from "./state.js";
import { renderSwitches } from "./switches.js";
import { renderTalk } from "./talk.js";
import { renderTimers } from "./timers.js";
import { renderHolds, renderTimetable, wireTimetable } from "./timetable.js";

function render() {
  renderHealth();
  if (!page.connected) return;
  setText(byId("business"), page.state.business?.name ?? "");
  renderClock();
  renderPhones();
  renderDuty();
  renderCalls();
  renderWays();
  renderTimers();
  renderCrm();
  renderTimetable();
  renderSwitches();
}

/** What changes by itself: the clock, the countdowns, "печатает…" that nobody answered. */
function tick() {
  if (!page.state) return;
  renderClock();
  renderTimers();
  renderHolds();
  renderCountdowns();
  for (const view of views.values()) {
    if (view.typingUntil && performance.now() > view.typingUntil) {
      view.typingUntil = 0;
      renderTalk(view);
    }
  }
}

wireHead();
wireClock();
wireTimetable();
setInterval(tick, 500);
listen(render);
