// The words of an answer. Each knows its place: pointing at one, or walking through them with the arrow keys, shows it.

import { h } from "../page/element.js";
import { colourOf } from "../page/tokens.js";
import { Lights } from "../picture/lights.js";

const STICKS = /^[.,!?;:)'’%]/;

export class Words {
  /**
   * @param {import("../picture/lights.js").Lights} lights
   * @param {import("../regions/shape.js").Region[]} regions on the page when it was asked
   */
  constructor(lights, regions) {
    this.lights = lights;
    this.regions = regions;
    this.root = h("p", {
      class: "words", aria: { role: "group", label: "Answer, word by word: arrow keys walk through the places" },
      on: { keydown: (event) => this.#walk(event), pointerleave: () => this.lights.hold(null) },
    });
  }

  /** Adds a word; one that has just come lights up. One without a place is text and no more. */
  add(word, isNew) {
    const colour = Lights.colour(word, this.regions), k = /^\[(\d+)\]/.exec(word.text)?.[1];
    const hold = () => this.lights.hold(word, colour);
    // No button element: a comma could then begin a line.
    const pointed = word.box
      ? { aria: { role: "button" }, tabIndex: this.root.childElementCount ? -1 : 0, on: { pointerenter: hold, focus: hold, click: hold, blur: () => this.lights.hold(null) } }
      : {};
    const place = h("span", {
      class: `word${isNew ? " new" : ""}${k ? " token" : ""}`, textContent: word.text, title: `${Math.round(100 * word.confidence)} % sure`,
      style: { "--mine": k ? colourOf(Number(k)) : colour, "--sure": word.confidence }, ...pointed,
    });
    if (this.root.childElementCount && !STICKS.test(word.text)) this.root.append(" ");
    this.root.append(place);
    if (isNew && word.box) this.lights.flash(word, colour);
  }

  #walk(event) {
    const all = [...this.root.querySelectorAll("[role=button]")], at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || !all[to]) return;
    event.preventDefault();
    all[at].tabIndex = -1;
    all[to].tabIndex = 0;
    all[to].focus();
  }
}
