// Where the time of a question went, stage by stage, and what reuse saved it.

/** The stages in their order, and how each is called. */
export const STAGES = { queue: "waiting", encode: "encode", region: "region", decode: "decode", other: "other" };

/**
 * @typedef {{name: string, ms: number, reuse: string|null, saved: number|null}} Stage
 * `reuse`: how the value was come by when it was not computed ("hit", "replica", "tier", "memo"); `saved`: milliseconds
 * that the same stage took when it was last computed for this picture, null when that was never seen
 */

/**
 * @param {any} answer
 * @param {any[]} earlier answers on the same picture, oldest first
 * @returns {Stage[]} encode, region, decode
 */
export function stagesOf(answer, earlier) {
  const { reuse, timing } = answer, memo = reuse.answer === "hit";
  const how = { encode: memo ? "memo" : reuse.features, region: memo ? "memo" : reuse.prefix, decode: memo ? "memo" : "miss" };
  return ["encode", "region", "decode"].map((name) => ({
    name, ms: timing[`${name}Ms`], reuse: how[name] === "miss" ? null : how[name],
    saved: how[name] === "miss" ? null : lastTime(name, answer, earlier),
  }));
}

// Decoding took its time for this very question; the others may have been paid for by any.
function lastTime(name, answer, earlier) {
  const paid = earlier.filter((one) => one.timing[`${name}Ms`] > 0 && (name !== "decode" || one.id === answer.id));
  return paid.length ? paid[paid.length - 1].timing[`${name}Ms`] : null;
}

/** All of a question's time in parts that add up to its total: for a bar. */
export function partsOf({ timing }) {
  const { queueMs: queue, encodeMs: encode, regionMs: region, decodeMs: decode, totalMs: total } = timing;
  return { queue, encode, region, decode, other: Math.max(0, total - queue - encode - region - decode) };
}

/** Milliseconds for people. */
export const milliseconds = (/** @type {number} */ ms) => `${ms < 9.95 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** How many times faster than another, for people; empty when it is not. */
export function faster(/** @type {number} */ ms, /** @type {number} */ than) {
  const times = than / Math.max(ms, 0.01);
  return times < 1.15 ? "" : `${times < 9.95 ? times.toFixed(1) : Math.round(times)}× faster`;
}
