// One region: a box, points, or a polygon, in the form the API takes. Functions give new regions and change none.

import { boxAround, clamp, distance, inside, overlap, quarter, within } from "../picture/geometry.js";

/** @typedef {import("../picture/geometry.js").Place} Place */
/** @typedef {import("../picture/geometry.js").Box} Box */
/** @typedef {import("../picture/geometry.js").Size} Size */
/** @typedef {{box?: Box, points?: Place[], labels?: number[], polygon?: Place[]}} Region */

/** @returns {"box"|"point"|"polygon"} */
export const kindOf = (/** @type {Region} */ region) => (region.box ? "box" : region.points ? "point" : "polygon");

/** Its corners or points. @returns {Place[]} */
export const placesOf = (/** @type {Region} */ region) =>
  region.box ? [[region.box[0], region.box[1]], [region.box[2], region.box[3]]] : region.points ?? region.polygon;

/** @returns {Box} */
export const boundsOf = (/** @type {Region} */ region) => region.box ?? boxAround(placesOf(region));

/** The same region with every place put through a function. @returns {Region} */
function mapped(region, move) {
  if (region.box) return { box: boxAround(placesOf(region).map(move)) };
  if (region.points) return { ...region, points: region.points.map(move) };
  return { polygon: region.polygon.map(move) };
}

/** Moved as a whole, as far as the picture reaches. @returns {Region} */
export function moved(region, dx, dy, /** @type {Size} */ { width, height }) {
  const [x0, y0, x1, y1] = boundsOf(region);
  const right = clamp(dx, -x0, width - x1), down = clamp(dy, -y0, height - y1);
  return mapped(region, ([x, y]) => [quarter(x + right), quarter(y + down)]);
}

/**
 * Wider and higher by so much, with its upper left corner where it was; never smaller than `least`. One point stays as it is.
 * @returns {Region}
 */
export function grown(region, dx, dy, /** @type {Size} */ { width, height }, least) {
  const [x0, y0, x1, y1] = boundsOf(region);
  if (x1 === x0 || y1 === y0) return region;
  const wide = clamp(x1 - x0 + dx, Math.min(least, x1 - x0), width - x0) / (x1 - x0);
  const high = clamp(y1 - y0 + dy, Math.min(least, y1 - y0), height - y0) / (y1 - y0);
  return mapped(region, ([x, y]) => [quarter(x0 + (x - x0) * wide), quarter(y0 + (y - y0) * high)]);
}

/** Where it can be taken hold of: a box at its corners and sides, others at their places. @returns {Place[]} */
export function handlesOf(/** @type {Region} */ region) {
  if (!region.box) return placesOf(region);
  const [x0, y0, x1, y1] = region.box, x = (x0 + x1) / 2, y = (y0 + y1) / 2;
  return [[x0, y0], [x, y0], [x1, y0], [x1, y], [x1, y1], [x, y1], [x0, y1], [x0, y]];
}

/** With the handle of an index dragged to a place. @returns {Region} */
export function dragged(region, handle, /** @type {Place} */ place, /** @type {Size} */ size) {
  const [x, y] = inside(place, size);
  if (!region.box) return mapped(region, (old) => (old === placesOf(region)[handle] ? [x, y] : old));
  let [x0, y0, x1, y1] = region.box;
  if ([0, 6, 7].includes(handle)) x0 = x;
  if ([2, 3, 4].includes(handle)) x1 = x;
  if ([0, 1, 2].includes(handle)) y0 = y;
  if ([4, 5, 6].includes(handle)) y1 = y;
  const box = boxAround([[x0, y0], [x1, y1]]);
  return box[2] - box[0] < 1 || box[3] - box[1] < 1 ? region : { box };
}

/** With one more point, inside the thing (label 1) or outside of it (0). @returns {Region} */
export const withPoint = (region, place, label) => ({
  points: [...region.points, place],
  labels: [...(region.labels ?? region.points.map(() => 1)), label],
});

/** Whether a place lies in it, or within `reach` of a point. */
export function covers(/** @type {Region} */ region, /** @type {Place} */ [x, y], reach) {
  if (region.points) return region.points.some((point) => distance(point, [x, y]) <= reach);
  if (region.polygon) return within([x, y], region.polygon);
  const [x0, y0, x1, y1] = region.box;
  return x >= x0 && x < x1 && y >= y0 && y < y1;
}

/** A region of a kind in the middle of the picture, to begin with on the keyboard. @returns {Region} */
export function inTheMiddle(kind, /** @type {Size} */ { width, height }) {
  const at = (x, y) => /** @type {Place} */ ([quarter(width * x), quarter(height * y)]);
  if (kind === "point") return { points: [at(0.5, 0.5)] };
  if (kind === "polygon") return { polygon: [at(0.5, 0.3), at(0.68, 0.4), at(0.68, 0.6), at(0.5, 0.7), at(0.32, 0.6), at(0.32, 0.4)] };
  return { box: [...at(0.35, 0.35), ...at(0.65, 0.65)] };
}

/** The number of the region whose bounds are nearly a box, or −1. */
export const regionAt = (/** @type {Region[]} */ regions, /** @type {Box} */ box) =>
  regions.findIndex((region) => overlap(boundsOf(region), box) > 0.5);

/** In words, with whole pixels. */
export function described(/** @type {Region} */ region) {
  const [x0, y0, x1, y1] = boundsOf(region).map(Math.round);
  if (region.box) return `box from ${x0}, ${y0} to ${x1}, ${y1}`;
  if (region.polygon) return `polygon of ${region.polygon.length} corners from ${x0}, ${y0} to ${x1}, ${y1}`;
  return region.points.length === 1 ? `point at ${x0}, ${y0}` : `${region.points.length} points from ${x0}, ${y0} to ${x1}, ${y1}`;
}
