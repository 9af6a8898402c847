// The same times as bars: one per stage in an answer, and one of all stages per question.

import { h } from "../page/element.js";
import { milliseconds, partsOf, STAGES, stagesOf } from "./stages.js";

const HOW = { hit: "reused", memo: "remembered", replica: "from another silo", tier: "from disk" };

/**
 * A bar per stage; a reused one shows, hatched, what it would have cost.
 * @param {any} answer
 * @param {any[]} earlier answers on the same picture
 */
export function stageBars(answer, earlier) {
  const stages = stagesOf(answer, earlier);
  const longest = Math.max(0.1, ...stages.map(({ ms, saved }) => Math.max(ms, saved ?? 0)));
  return h("dl", { class: "steps" }, ...stages.map(({ name, ms, reuse, saved }) => {
    const words = reuse ? HOW[reuse] ?? reuse : milliseconds(ms), width = Math.max(reuse ? saved ?? 0 : ms, 0) / longest;
    return h("div", { class: reuse ? "step reused" : "step", data: { stage: name, reuse: reuse ?? "miss" }, title: reuse && saved ? `took ${milliseconds(saved)} when it was computed` : "" },
      h("dt", { textContent: name }),
      h("dd", {},
        h("span", { class: "track", aria: { hidden: true } }, h("i", { class: name, style: { width: `${100 * width}%` } })),
        h("span", { class: "step-words", textContent: words })));
  }));
}

/**
 * One bar of all parts of a question's time.
 * @param {any} answer
 * @param {number} scale milliseconds that fill the width
 */
export function wholeBar(answer, scale) {
  const parts = Object.entries(partsOf(answer));
  return h("span", { class: "whole", title: parts.map(([name, ms]) => `${STAGES[name]} ${milliseconds(ms)}`).join(", "), aria: { hidden: true } },
    ...parts.filter(([, ms]) => ms > 0).map(([name, ms]) => h("i", { class: name, style: { width: `${(100 * ms) / scale}%` } })));
}

/** What the colours stand for. */
export const legend = () => h("p", { class: "legend", aria: { hidden: true } },
  ...Object.entries(STAGES).map(([name, words]) => h("span", {}, h("i", { class: name }), words)));
