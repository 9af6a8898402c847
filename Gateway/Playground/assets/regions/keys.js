// The chosen region under the arrow keys, on the picture and on the chips alike.

import { grown, moved } from "./shape.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Moves, resizes or removes the chosen region. An arrow is a hundredth of the picture, with Alt one pixel.
 * @param {KeyboardEvent} event
 * @param {import("./regions.js").Regions} regions
 * @param {import("../picture/geometry.js").Size} size
 * @returns {boolean} whether the key meant something
 */
export function steer(event, regions, size) {
  const region = regions.current;
  if (/^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
    if (!regions.list[Number(event.key)]) return false;
    regions.choose(Number(event.key));
  } else if (region && (event.key === "Delete" || event.key === "Backspace")) {
    regions.remove(regions.chosen);
  } else if (region && STEPS[event.key] && !event.ctrlKey && !event.metaKey) {
    const step = event.altKey ? 1 : Math.max(1, Math.round(Math.max(size.width, size.height) / 100));
    const [dx, dy] = STEPS[event.key].map((way) => way * step);
    regions.replace(regions.chosen, event.shiftKey ? grown(region, dx, dy, size, 2 * step) : moved(region, dx, dy, size));
  } else {
    return false;
  }
  event.preventDefault();
  return true;
}
