// "[k]" in a text stands for region k, and is shown in the colour that the region has in the picture.

import { h } from "./element.js";

/** How many colours there are; region k has colour k modulo this. */
export const COLOURS = 8;

/** The CSS colour of a region's number. */
export const colourOf = (/** @type {number} */ k) => `var(--r${k % COLOURS})`;

/** A region's number as a small coloured sign. */
export const token = (/** @type {number} */ k) => h("span", { class: "token", style: { "--mine": colourOf(k) }, textContent: `[${k}]` });

/**
 * A text with its region numbers as coloured signs.
 * @param {string} text
 * @returns {(string|Node)[]}
 */
export const withTokens = (text) =>
  text.split(/(\[\d+\])/).filter(Boolean).map((part) => (/^\[\d+\]$/.test(part) ? token(Number(part.slice(1, -1))) : part));

/**
 * The text after region `removed` is gone: higher numbers move down by one.
 * @param {string} text
 * @param {number} removed
 */
export const renumbered = (text, removed) =>
  text.replace(/\[(\d+)\]/g, (all, digits) => (Number(digits) > removed ? `[${Number(digits) - 1}]` : all));
