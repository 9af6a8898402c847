// The picture, and over it a drawing in the picture's own pixels, so that nothing needs converting.

import { $, s } from "../page/element.js";
import { inside } from "./geometry.js";

const LAYERS = ["masks", "findings", "shade", "regions", "draft", "lights"];

/** Tells "resize" when drawings must be made anew because a screen pixel is worth another number of picture pixels. */
export class Picture extends EventTarget {
  /** @type {import("./geometry.js").Size|null} */ size = null;
  /** @type {Record<string, SVGElement>} */ #layers = {};
  #url = "";

  constructor() {
    super();
    this.frame = $("frame");
    this.photo = $("photo");
    this.drawing = $("drawing");
    for (const name of LAYERS) this.#layers[name] = this.drawing.appendChild(s("g", { class: `layer-${name}` }));
    new ResizeObserver(() => {
      // What is scrolled to must not come to lie under the picture where that stays in view.
      document.documentElement.style.setProperty("--picture", `${this.frame.clientHeight}px`);
      if (this.size) this.dispatchEvent(new Event("resize"));
    }).observe(this.frame);
  }

  /**
   * Shows a picture.
   * @param {Blob} blob
   * @param {import("./geometry.js").Size} size as the server counts it: after EXIF orientation
   * @param {string} label for those who do not see it
   */
  show(blob, size, label) {
    URL.revokeObjectURL(this.#url);
    this.#url = URL.createObjectURL(blob);
    this.size = { width: size.width, height: size.height };
    this.photo.src = this.#url;
    this.photo.alt = label;
    this.drawing.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.frame.style.setProperty("--ratio", String(size.width / size.height));
    this.frame.hidden = false;
    for (const layer of Object.values(this.#layers)) layer.replaceChildren();
    this.dispatchEvent(new Event("resize"));
  }

  /** A layer to draw on; from back to front: masks, findings, shade, regions, draft, lights. */
  layer(/** @type {string} */ name) {
    return this.#layers[name];
  }

  /** So many screen pixels in pixels of the picture. */
  unit(/** @type {number} */ pixels) {
    return (pixels * this.size.width) / (this.frame.clientWidth || this.size.width);
  }

  /** Where in the picture a pointer is. @returns {import("./geometry.js").Place} */
  at(/** @type {MouseEvent} */ event) {
    const { left, top, width, height } = this.drawing.getBoundingClientRect();
    return inside([((event.clientX - left) / width) * this.size.width, ((event.clientY - top) / height) * this.size.height], this.size);
  }
}
