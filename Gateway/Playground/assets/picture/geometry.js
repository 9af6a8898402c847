// Numbers of the picture: pixels of the original image, x to the right, y down; boxes are [x0, y0, x1, y1].

/** @typedef {[number, number]} Place */
/** @typedef {[number, number, number, number]} Box */
/** @typedef {{width: number, height: number}} Size */

export const clamp = (/** @type {number} */ value, /** @type {number} */ least, /** @type {number} */ most) =>
  Math.min(Math.max(value, least), most);

/** The server rounds to quarter pixels as well; a question is the same question then. */
export const quarter = (/** @type {number} */ value) => Math.round(value * 4) / 4;

/** @returns {Place} the nearest place inside the picture */
export const inside = (/** @type {Place} */ [x, y], /** @type {Size} */ { width, height }) =>
  [quarter(clamp(x, 0, width)), quarter(clamp(y, 0, height))];

/** @returns {Box} the smallest that holds all places */
export function boxAround(/** @type {Place[]} */ places) {
  const xs = places.map(([x]) => x), ys = places.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

export const distance = (/** @type {Place} */ a, /** @type {Place} */ b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

export const areaOf = (/** @type {Box} */ [x0, y0, x1, y1]) => Math.max(0, x1 - x0) * Math.max(0, y1 - y0);

/** Overlap of two boxes: intersection over union, 0 to 1. */
export function overlap(/** @type {Box} */ a, /** @type {Box} */ b) {
  const both = areaOf([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
  return both === 0 ? 0 : both / (areaOf(a) + areaOf(b) - both);
}

/** Whether a place lies inside a polygon (even-odd rule). */
export function within(/** @type {Place} */ [x, y], /** @type {Place[]} */ corners) {
  let odd = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [ax, ay] = corners[i], [bx, by] = corners[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/**
 * A drawn line with fewer corners: none that was left out lies farther than `tolerance` from it (Douglas and Peucker).
 * @param {Place[]} line
 * @param {number} tolerance
 * @returns {Place[]}
 */
export function simplified(line, tolerance) {
  if (line.length < 3) return line;
  const first = line[0], last = line[line.length - 1];
  let farthest = 0, most = 0;
  for (let i = 1; i < line.length - 1; i++) {
    const away = awayFrom(line[i], first, last);
    if (away > most) [farthest, most] = [i, away];
  }
  if (most <= tolerance) return [first, last];
  return [...simplified(line.slice(0, farthest + 1), tolerance).slice(0, -1), ...simplified(line.slice(farthest), tolerance)];
}

function awayFrom(p, a, b) {
  const length = distance(a, b);
  if (length === 0) return distance(p, a);
  return Math.abs((b[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (b[1] - a[1])) / length;
}
