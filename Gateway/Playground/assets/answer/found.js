// What was found, as a list beside the picture: pointing at one brings it out, and one can be kept as a region.

import { h, icon } from "../page/element.js";
import { SURE } from "../picture/findings.js";

/**
 * @param {any[]} found
 * @param {string} fallback the name of what has none of its own
 * @param {{point: (index: number) => void, keep: (box: any) => void}} does
 */
export function foundList(found, fallback, { point, keep }) {
  return h("ul", { class: "found", aria: { label: "What was found" } }, ...found.map(({ box, score, text, mask }, index) => {
    const [x0, y0, x1, y1] = box.map(Math.round), name = text || fallback || (mask ? "shape" : "place");
    const on = { pointerenter: () => point(index), pointerleave: () => point(-1), focusin: () => point(index), focusout: () => point(-1) };
    return h("li", { class: score < SURE ? "unsure" : "", on },
      h("span", { class: "found-name", textContent: name }),
      h("span", { class: "dim numbers", textContent: `${x0}, ${y0} – ${x1}, ${y1}` }),
      h("span", { class: "numbers", textContent: `${Math.round(100 * score)} %` }),
      h("button", { type: "button", class: "quiet", title: "Ask about this: keep it as a region", aria: { label: `Keep ${name} as a region` }, on: { click: () => keep(box) } }, icon("plus")));
  }));
}
