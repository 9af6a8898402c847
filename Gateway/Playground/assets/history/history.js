// The questions on the picture, each with its time as a bar on one scale: one sees the second being faster.

import { $, h } from "../page/element.js";
import { withTokens } from "../page/tokens.js";
import { labelOf } from "../question/tasks.js";
import { legend, wholeBar } from "./bars.js";
import { faster, milliseconds } from "./stages.js";

/** Tells "choose" with an entry. */
export class History extends EventTarget {
  /** @type {import("../answer/entry.js").Entry[]} */ entries = [];
  /** @type {import("../answer/entry.js").Entry|null} */ current = null;

  /** Another picture: another history. */
  clear() {
    this.entries = [];
    this.current = null;
    this.#show();
  }

  add(/** @type {import("../answer/entry.js").Entry} */ entry) {
    this.entries.push(entry);
    this.current = entry;
    entry.addEventListener("change", () => this.#show());
    this.#show();
  }

  choose(/** @type {import("../answer/entry.js").Entry} */ entry) {
    this.current = entry;
    this.#show();
    this.dispatchEvent(new CustomEvent("choose", { detail: entry }));
  }

  /** The one before (−1) or after (+1) the one on show. */
  step(/** @type {number} */ by) {
    const next = this.entries[this.entries.indexOf(this.current) + by];
    if (next) this.choose(next);
  }

  /** Answers that were there before an entry was asked, oldest first. */
  before(/** @type {import("../answer/entry.js").Entry} */ entry) {
    return this.entries.slice(0, this.entries.indexOf(entry)).map((one) => one.answer).filter(Boolean);
  }

  #show() {
    const answered = this.entries.filter((entry) => entry.answer);
    $("history").hidden = this.entries.length === 0;
    document.body.classList.toggle("asked-once", this.entries.length > 0);
    if (this.entries.length === 0) return;
    const scale = Math.max(0.1, ...answered.map((entry) => entry.answer.timing.totalMs)), first = answered[0];
    const focused = $("history-list").contains(document.activeElement);
    $("history-list").replaceChildren(...this.entries.map((entry) => this.#row(entry, scale, first)).reverse());
    if (focused) $("history-list").querySelector("[aria-current=true]")?.focus();
    $("history-legend").replaceChildren(legend());
  }

  #row(entry, scale, first) {
    const { question, answer } = entry, total = answer?.timing.totalMs;
    const gain = answer && entry !== first ? faster(total, first.answer.timing.totalMs) : "";
    return h("li", {}, h("button", {
      type: "button", class: `row ${entry.state}`, aria: { current: entry === this.current }, on: { click: () => this.choose(entry) },
    },
      h("span", { class: "row-number", textContent: String(entry.number) }),
      h("span", { class: "row-asked" }, ...(question.text ? withTokens(question.text) : [labelOf(question.task)]),
        h("span", { class: "dim" }, " ", ...withTokens(entry.summary))),
      h("span", { class: "row-time numbers", textContent: answer ? milliseconds(total) : entry.state === "asked" ? "…" : "" }),
      answer ? wholeBar(answer, scale) : h("span", { class: "whole" }),
      h("span", { class: "row-gain numbers", textContent: gain })));
  }
}
