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

  /** Adds a word; one that has just come lights up. */
  add(word, isNew) {
    const colour = Lights.colour(word, this.regions), k = /^\[(\d+)\]/.exec(word.text)?.[1];
    const hold = () => this.lights.hold(word, colour);
    // No button element: a comma could then begin a line.
    const place = h("span", {
      class: `word${isNew ? " new" : ""}${k ? " token" : ""}`, textContent: word.text, aria: { role: "button" },
      title: `${Math.round(100 * word.confidence)} % sure`, tabIndex: this.root.childElementCount ? -1 : 0,
      style: { "--mine": k ? colourOf(Number(k)) : colour, "--sure": word.confidence },
      on: { pointerenter: hold, focus: hold, click: hold, blur: () => this.lights.hold(null) },
    });
    if (this.root.childElementCount && !STICKS.test(word.text)) this.root.append(" ");
    this.root.append(place);
    if (isNew) this.lights.flash(word, colour);
  }

  #walk(event) {
    const all = [...this.root.children], at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || !all[to]) return;
    event.preventDefault();
    all[at].tabIndex = -1;
    all[to].tabIndex = 0;
    all[to].focus();
  }
}
