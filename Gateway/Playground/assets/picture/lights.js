// A word lights up its place: briefly when it arrives, and for as long as it is pointed at.

import { s } from "../page/element.js";
import { colourOf } from "../page/tokens.js";
import { regionAt } from "../regions/shape.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Lights {
  constructor(/** @type {import("./picture.js").Picture} */ picture) {
    this.picture = picture;
    picture.addEventListener("resize", () => this.hold(null));
  }

  /** The colour of a word: that of the region of the question which it is about, otherwise the common one. */
  static colour(word, regions) {
    const k = word.box ? regionAt(regions, word.box) : -1;
    return k < 0 ? "var(--light)" : colourOf(k);
  }

  /** A word has come. */
  flash(word, colour) {
    const place = this.#place(word, colour, "flash");
    this.picture.layer("lights").append(place);
    // Without motion the light of a word stays until the next one comes.
    if (calm.matches) this.#only(place);
    else place.addEventListener("animationend", () => place.remove());
  }

  /** Shows one place, with the rest of the picture in shade, until called with null. */
  hold(word, colour) {
    const shade = this.picture.layer("shade");
    shade.replaceChildren();
    this.#only(null);
    if (!word) return;
    const { width, height } = this.picture.size, [x0, y0, x1, y1] = word.box;
    shade.append(s("path", { class: "shade", d: `M0 0H${width}V${height}H0ZM${x0} ${y0}V${y1}H${x1}V${y0}Z` }));
    this.picture.layer("lights").append(this.#place(word, colour, "held"));
  }

  #only(place) {
    this.picture.layer("lights").replaceChildren(...(place ? [place] : []));
  }

  #place({ box: [x0, y0, x1, y1], point }, colour, kind) {
    const unit = (pixels) => this.picture.unit(pixels);
    const group = s("g", { class: `light ${kind}`, style: { "--mine": colour, "--line": unit(2) } });
    group.append(s("rect", { x: x0, y: y0, width: Math.max(0, x1 - x0), height: Math.max(0, y1 - y0), rx: unit(4) }));
    if (point) group.append(s("circle", { cx: point[0], cy: point[1], r: unit(3.5) }));
    return group;
  }
}
