// What a pointer does on the picture: draw with the tool that is chosen, or take hold of a region.

import { s } from "../page/element.js";
import { colourOf } from "../page/tokens.js";
import { boundsOf, covers, dragged, inTheMiddle, moved, withPoint } from "../regions/shape.js";
import { areaOf, boxAround, distance, simplified } from "./geometry.js";
import { shapeOf } from "./outlines.js";

/** Less than this many screen pixels is a tap and not a drag. */
const TAP = 6;

/** Tells "corners" when a polygon being drawn gains or loses a corner. */
export class Pen extends EventTarget {
  /** @type {"select"|"box"|"point"|"polygon"} */ #tool = "box";
  /** @type {import("./geometry.js").Place[]} corners of the polygon that is being drawn */ #corners = [];
  /** What the pointer does while it is down: {move(place), up(place, isTap)}. */ #grip = null;
  /** Whether the next point belongs to the chosen region, and with which label. @type {0|1|null} */ nextPoint = null;

  /**
   * @param {import("./picture.js").Picture} picture
   * @param {import("../regions/regions.js").Regions} regions
   */
  constructor(picture, regions) {
    super();
    this.picture = picture;
    this.regions = regions;
    const on = (type, listener) => picture.drawing.addEventListener(type, listener);
    on("pointerdown", (event) => event.isPrimary && event.button === 0 && this.#down(event));
    on("pointermove", (event) => event.isPrimary && this.#move(event));
    on("pointerup", (event) => event.isPrimary && this.#up(event));
    on("pointercancel", () => this.cancel());
    on("dblclick", () => this.close());
  }

  get tool() {
    return this.#tool;
  }

  set tool(tool) {
    this.cancel();
    this.#tool = tool;
    this.picture.frame.dataset.tool = tool;
  }

  get corners() {
    return this.#corners.length;
  }

  /** Leaves off what is being drawn. */
  cancel() {
    this.#grip?.cancel?.();
    this.#grip = null;
    this.nextPoint = null;
    this.#setCorners([]);
  }

  /** Makes the polygon that is being drawn a region. */
  close() {
    const corners = this.#corners;
    // The second tap of a double one lies where the first did.
    const own = corners.filter((corner, i) => i === 0 || distance(corner, corners[i - 1]) > this.picture.unit(2));
    if (own.length < 3) return;
    this.#setCorners([]);
    this.regions.add({ polygon: own });
  }

  /** A region in the middle of the picture, for the keyboard. */
  place() {
    this.regions.add(inTheMiddle(this.#tool === "select" ? "box" : this.#tool, this.picture.size));
  }

  #down(event) {
    const place = this.picture.at(event), { handle, badge } = event.target.dataset;
    this.start = place;
    this.isTap = true;
    if (handle !== undefined) this.#grip = this.#dragHandle(Number(handle));
    else if (badge !== undefined) this.#grip = this.#dragRegion(Number(badge), place);
    else if (this.#tool === "select") this.#grip = this.#dragRegion(this.#under(place), place);
    else if (this.#tool === "box") this.#grip = this.#drawBox(place);
    else if (this.#tool === "point") this.#grip = { up: () => this.#addPoint(place, event) };
    else this.#grip = this.#drawPolygon(place);
    this.picture.drawing.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const place = this.picture.at(event);
    // A line that comes back to where it began is still no tap.
    if (this.#grip && distance(this.start, place) >= this.picture.unit(TAP)) this.isTap = false;
    if (this.#grip) this.#grip.move?.(place);
    else if (this.#corners.length) this.#draft({ polygon: [...this.#corners, place] });
  }

  #up(event) {
    const grip = this.#grip, place = this.picture.at(event);
    this.#grip = null;
    grip?.up(place, this.isTap);
  }

  #dragHandle(handle) {
    const before = this.regions.current, index = this.regions.chosen;
    const at = (place) => dragged(before, handle, place, this.picture.size);
    return this.#changing(index, before, at);
  }

  #dragRegion(index, from) {
    this.regions.choose(index);
    const before = this.regions.list[index];
    if (!before) return { up: () => {} };
    return this.#changing(index, before, (place) => moved(before, place[0] - from[0], place[1] - from[1], this.picture.size));
  }

  // A drag changes the region as it goes, and is one step for undo.
  #changing(index, before, at) {
    let marked = false;
    return {
      move: (place) => {
        if (!marked && distance(this.start, place) < this.picture.unit(TAP / 2)) return;
        if (!marked) this.regions.mark();
        marked = true;
        this.regions.replace(index, at(place), false);
      },
      up: () => {},
      cancel: () => marked && this.regions.replace(index, before, false),
    };
  }

  #drawBox(from) {
    return {
      move: (place) => this.#draft({ box: boxAround([from, place]) }),
      up: (place, isTap) => {
        this.#draft(null);
        const box = boxAround([from, place]);
        if (isTap) this.regions.choose(this.#under(place));
        else if (areaOf(box) >= 1) this.regions.add({ box });
      },
    };
  }

  #addPoint(place, { shiftKey, altKey }) {
    const label = altKey ? 0 : shiftKey ? 1 : this.nextPoint;
    this.nextPoint = null;
    const region = this.regions.current;
    if (label !== null && region?.points) this.regions.replace(this.regions.chosen, withPoint(region, place, label));
    else this.regions.add({ points: [place] });
  }

  // Taps set corners; a drag draws freely round a thing.
  #drawPolygon(from) {
    const line = [from];
    return {
      move: (place) => {
        if (distance(line[line.length - 1], place) < this.picture.unit(3)) return;
        line.push(place);
        if (this.#corners.length === 0) this.#draft({ polygon: line });
      },
      up: (place, isTap) => {
        if (!isTap && this.#corners.length === 0) {
          this.#draft(null);
          const polygon = simplified(line, this.picture.unit(2.5));
          if (polygon.length > 2) this.regions.add({ polygon });
        } else if (this.#corners.length > 2 && distance(place, this.#corners[0]) < this.picture.unit(14)) {
          this.close();
        } else {
          this.#setCorners([...this.#corners, place]);
        }
      },
    };
  }

  #setCorners(corners) {
    this.#corners = corners;
    this.#draft(corners.length ? { polygon: corners } : null);
    this.dispatchEvent(new Event("corners"));
  }

  // The smallest region there, since a larger one may hold it.
  #under(place) {
    const hits = this.regions.list.map((region, k) => ({ region, k })).filter(({ region }) => covers(region, place, this.picture.unit(16)));
    hits.sort((a, b) => areaOf(boundsOf(a.region)) - areaOf(boundsOf(b.region)));
    return hits[0]?.k ?? -1;
  }

  #draft(region) {
    if (!this.picture.size) return;
    const unit = (pixels) => this.picture.unit(pixels), layer = this.picture.layer("draft");
    if (!region) return layer.replaceChildren();
    const group = s("g", { class: "region draft", style: { "--mine": colourOf(this.regions.length), "--line": unit(2) } }, ...shapeOf(region, unit));
    for (const [x, y] of this.#corners) group.append(s("circle", { class: "handle", cx: x, cy: y, r: unit(4.5) }));
    layer.replaceChildren(group);
  }
}
