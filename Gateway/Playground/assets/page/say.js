// What a screen reader should hear, and what everybody should see when something went wrong.

import { $, h, icon } from "./element.js";

/** Says something to a screen reader. */
export function say(/** @type {string} */ text) {
  $("spoken").textContent = text;
}

/**
 * Shows a notice until it is closed, replaced, or its action taken.
 * @param {{title: string, advice?: string}} trouble what happened, and what to do
 * @param {{label: string, run: () => void}} [action]
 */
export function notice({ title, advice }, action) {
  const close = () => $("notice").replaceChildren();
  $("notice").replaceChildren(
    h("div", { class: "notice" },
      icon("warning"),
      h("p", {}, h("strong", { textContent: title }), advice && ` ${advice}`),
      action && h("button", { type: "button", textContent: action.label, on: { click: () => { close(); action.run(); } } }),
      h("button", { type: "button", class: "quiet", aria: { label: "Dismiss" }, on: { click: close } }, icon("close"))));
}

/** Takes the notice away. */
export const clearNotice = () => $("notice").replaceChildren();
