// The regions as a row of buttons: choose one, put its number into the question, remove it.

import { h, icon } from "../page/element.js";
import { colourOf } from "../page/tokens.js";
import { steer } from "./keys.js";
import { described, kindOf } from "./shape.js";

/**
 * @param {HTMLElement} root
 * @param {import("./regions.js").Regions} regions
 * @param {{size: () => import("../picture/geometry.js").Size, insert: (k: number) => void, addPoint: (label: 0|1) => void}} page
 */
export function showChips(root, regions, { size, insert, addPoint }) {
  const show = () => {
    const hadFocus = root.contains(document.activeElement);
    root.replaceChildren(...regions.list.map(chip), ...extras());
    root.hidden = regions.length === 0;
    if (!hadFocus) return;
    // A chip that was made anew is still the one that had the focus.
    /** @type {HTMLElement} */ (root.querySelector(".chip.chosen .chip-main") ?? root.querySelector(".chip-main"))?.focus();
  };

  const chip = (region, k) => h("span", { class: k === regions.chosen ? "chip chosen" : "chip", style: { "--mine": colourOf(k) } },
    h("button", {
      type: "button", class: "chip-main", title: `${described(region)}. Arrow keys move it, with Shift resize it; Enter puts [${k}] into the question.`,
      aria: { label: `Region ${k} ${kindOf(region)}: ${described(region)}`, pressed: k === regions.chosen },
      on: {
        click: () => regions.choose(k),
        dblclick: () => insert(k),
        keydown: (event) => {
          if (event.key === "Enter") { event.preventDefault(); insert(k); return; }
          if (k !== regions.chosen && event.key !== "Tab") regions.choose(k);
          steer(event, regions, size());
        },
      },
    }, h("b", { textContent: String(k) }), " ", kindOf(region)),
    h("button", { type: "button", class: "chip-remove", aria: { label: `Remove region ${k}` }, on: { click: () => regions.remove(k) } }, icon("close")));

  const extras = () => {
    const region = regions.current, k = regions.chosen;
    if (!region) return [];
    const use = h("button", { type: "button", class: "link", textContent: `Use [${k}]`, title: `Put [${k}] into the question`, on: { click: () => insert(k) } });
    if (!region.points) return [use];
    return [
      use,
      h("button", { type: "button", class: "link", textContent: "+ point", title: "Add another point of the same thing", on: { click: () => addPoint(1) } }),
      h("button", { type: "button", class: "link", textContent: "− point", title: "Add a point that is not part of the thing", on: { click: () => addPoint(0) } }),
    ];
  };

  regions.addEventListener("change", show);
  show();
}
