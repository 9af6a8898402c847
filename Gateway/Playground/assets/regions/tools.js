// The row of drawing tools, and the keys of the picture itself.

import { $ } from "../page/element.js";
import { Pen } from "../picture/pen.js";
import { say } from "../page/say.js";
import { steer } from "./keys.js";
import { described } from "./shape.js";

const touches = matchMedia("(hover: none)");

export class Tools {
  /**
   * @param {import("../picture/picture.js").Picture} picture
   * @param {import("./regions.js").Regions} regions
   */
  constructor(picture, regions) {
    this.picture = picture;
    this.regions = regions;
    this.pen = new Pen(picture, regions);
    this.pen.addEventListener("corners", () => this.#show());
    regions.addEventListener("change", () => this.#show());
    $("tools").addEventListener("change", (event) => this.#use(/** @type {any} */ (event.target).value));
    $("undo").addEventListener("click", () => regions.undo());
    $("clear").addEventListener("click", () => regions.clear());
    $("add").addEventListener("click", () => { this.pen.place(); picture.frame.focus(); });
    $("finish").addEventListener("click", () => this.pen.close());
    picture.frame.addEventListener("keydown", (event) => this.#key(event));
    this.#use("box");
    this.#show();
  }

  /** Keys of the page that choose a tool. */
  get keys() {
    return Object.fromEntries(Object.entries({ v: "select", b: "box", p: "point", g: "polygon" }).map(([key, tool]) => [key, () => this.choose(tool)]));
  }

  get isDrawing() {
    return this.pen.corners > 0;
  }

  set ready(/** @type {boolean} */ ready) {
    for (const control of /** @type {any} */ ($("toolbar").querySelectorAll("button, input"))) control.disabled = !ready;
    this.#use(this.pen.tool);
    this.#show();
  }

  choose(/** @type {string} */ tool) {
    const input = /** @type {any} */ (document.querySelector(`input[name=tool][value=${tool}]`));
    if (input.disabled) return;
    input.checked = true;
    this.#use(tool);
  }

  /** The next point that is set belongs to the chosen region. */
  addPoint(/** @type {0|1} */ label) {
    this.choose("point");
    this.pen.nextPoint = label;
    this.picture.frame.focus();
    $("tool-hint").textContent = label ? "Tap another place inside the thing." : "Tap a place that is not part of the thing.";
  }

  cancel() {
    this.pen.cancel();
  }

  #use(tool) {
    this.pen.tool = tool;
    $("tool-hint").textContent = !this.picture.size ? "" : {
      select: "Drag a region to move it, its handles to change it.",
      box: "Drag to draw a box.",
      point: touches.matches ? "Tap to set a point." : "Click to set a point. Shift adds one to the region, Alt one that is not part of it.",
      polygon: touches.matches ? "Draw round the thing, or tap corner by corner." : "Draw round the thing, or click corner by corner.",
    }[tool];
  }

  #key(event) {
    if (event.target !== this.picture.frame || !this.picture.size) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (this.isDrawing) this.pen.close();
      else this.pen.place();
    } else if (!steer(event, this.regions, this.picture.size)) {
      return;
    }
    if (this.regions.current) say(`Region ${this.regions.chosen}: ${described(this.regions.current)}`);
  }

  #show() {
    const idle = !this.picture.size;
    $("clear").disabled = idle || this.regions.length === 0;
    $("finish").hidden = this.pen.corners < 3;
    $("undo").disabled = idle || !this.regions.canUndo;
  }
}
