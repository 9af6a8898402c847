// Keys that work anywhere on the page, and the list of all keys.

import { $, h } from "./element.js";

/** Everything that the keyboard does: [keys, what happens]. */
export const KEYS = [
  ["V  B  P  G", "choose, box, point, polygon"],
  ["Enter", "on the picture: put a region into its middle, or close the polygon; on a region: put its number into the question"],
  ["0 … 7", "choose a region"],
  ["← ↑ → ↓", "move the chosen region; with Shift resize it, with Alt in small steps"],
  ["Delete", "remove the chosen region"],
  ["Ctrl Z", "undo the last change of a region"],
  ["Esc", "leave off drawing, or stop an answer"],
  ["/", "go to the question"],
  ["Ctrl Enter", "ask"],
  ["T", "next task"],
  ["← →", "in an answer: walk through the words and see their places"],
  ["?", "this list"],
];

const isTyping = (/** @type {any} */ target) => target.matches?.("input:not([type=radio]), textarea, select, [contenteditable]");

/**
 * Listens for the page's keys.
 * @param {Record<string, () => void>} actions by key, letters in lower case; "ctrl+" goes before the key
 */
export function listenForKeys(actions) {
  $("keys").replaceChildren(...KEYS.flatMap(([keys, what]) => [
    h("dt", {}, ...keys.split("  ").flatMap((key) => [h("kbd", { textContent: key }), " "])),
    h("dd", { textContent: what }),
  ]));
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    const control = event.ctrlKey || event.metaKey;
    const key = (control ? "ctrl+" : "") + event.key.toLowerCase();
    // A letter typed into the question is a letter.
    if (!actions[key] || (isTyping(event.target) && key !== "ctrl+enter" && key !== "escape")) return;
    event.preventDefault();
    actions[key]();
  });
}
