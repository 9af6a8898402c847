// What was found, drawn: boxes with their names, and masks.

import { s } from "../page/element.js";
import { outline } from "./mask.js";
import { text } from "./outlines.js";

/** A box that is less sure than this is a guess, and drawn as one. */
export const SURE = 0.3;

export class Findings {
  /** @type {any[]} */ #found = [];
  #pointed = -1;
  #name = "";
  #colour = "var(--found)";

  constructor(/** @type {import("./picture.js").Picture} */ picture) {
    this.picture = picture;
    picture.addEventListener("resize", () => this.#draw());
  }

  /**
   * Shows found regions and nothing else, in one colour.
   * @param {any[]} found
   * @param {string} [colour]
   * @param {string} [name] of what has no name of its own
   */
  show(found, colour = "var(--found)", name = "") {
    this.#found = found;
    this.#name = name;
    this.#colour = colour;
    this.#pointed = -1;
    this.#draw();
  }

  /** Brings one of them out; −1 for none. */
  point(/** @type {number} */ index) {
    this.#pointed = index;
    const mark = (element) => {
      if (!element.dataset.index) return;
      element.classList.toggle("pointed", Number(element.dataset.index) === index);
      element.classList.toggle("faded", index >= 0 && Number(element.dataset.index) !== index);
    };
    for (const name of ["masks", "findings"]) this.picture.layer(name).childNodes.forEach(mark);
  }

  #draw() {
    if (!this.picture.size) return;
    const unit = (pixels) => this.picture.unit(pixels);
    const style = { "--mine": this.#colour, "--line": unit(2) };
    const masks = [], boxes = [];
    this.#found.forEach(({ box: [x0, y0, x1, y1], score, text: name, mask, polygon }, index) => {
      if (mask) masks.push(s("path", { class: "mask", "data-index": index, style, d: outline(mask) }));
      const group = s("g", { class: score < SURE ? "finding guess" : "finding", "data-index": index, style });
      if (!mask) {
        group.append(...["seam", "line"].map((kind) => polygon
          ? s("polygon", { class: kind, points: polygon.map((corner) => corner.join(",")).join(" ") })
          : s("rect", { class: kind, x: x0, y: y0, width: x1 - x0, height: y1 - y0, rx: unit(4) })));
      }
      boxes.push(group);
      group.append(this.#label(name || this.#name || `${Math.round(score * 100)} %`, x0, mask ? y0 - unit(4) : y0, unit));
    });
    this.picture.layer("masks").replaceChildren(...this.#surroundings(), ...masks);
    this.picture.layer("findings").replaceChildren(...boxes);
    this.#fit(unit);
    if (this.#pointed >= 0) this.point(this.#pointed);
  }

  // What is not part of any shape lies in shade.
  #surroundings() {
    const shapes = this.#found.filter(({ mask }) => mask).map(({ mask }) => outline(mask)), { width, height } = this.picture.size;
    return shapes.length ? [s("path", { class: "surroundings", d: `M0 0H${width}V${height}H0Z${shapes.join("")}` })] : [];
  }

  #label(words, x, y, unit) {
    return s("g", { class: "label" },
      s("rect", { rx: unit(4) }),
      text(words, { x: x + unit(6), y: y - unit(10), "font-size": unit(12) }));
  }

  // Grounds are as wide as their texts turn out; labels are moved inside the picture, and off one another.
  #fit(unit) {
    const taken = [];
    for (const label of /** @type {any} */ (this.picture.layer("findings").querySelectorAll(".label"))) {
      const [ground, words] = label.children, { x, y, width, height } = words.getBBox();
      const wide = width + unit(12), high = height + unit(4);
      let left = Math.min(Math.max(x - unit(6), 0), Math.max(0, this.picture.size.width - wide));
      let top = Math.max(y - unit(2), 0);
      while (taken.some((other) => left < other.left + other.wide && other.left < left + wide && Math.abs(top - other.top) < high)) top += high;
      top = Math.min(top, this.picture.size.height - high);
      taken.push({ left, top, wide });
      for (const [key, value] of Object.entries({ x: left, y: top, width: wide, height: high })) ground.setAttribute(key, value);
      words.setAttribute("x", left + unit(6));
      words.setAttribute("y", top + high / 2);
    }
  }
}
