// The picture with its regions, drawn in SVG in the picture's own pixels, so that nothing needs converting.

import { maskPath } from "./mask.js";

const NS = "http://www.w3.org/2000/svg";

export class View {
  constructor(svg, changed) {
    this.svg = svg;
    this.changed = changed;
    this.regions = [];
    this.tool = "box";
    this.layers = {};
    this.#listen();
  }

  show(url, width, height) {
    this.size = { width, height };
    this.regions = [];
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren(this.#make("image", { href: url, width, height }));
    for (const name of ["found", "regions", "draft", "places"]) {
      this.layers[name] = this.svg.appendChild(this.#make("g"));
    }
    this.svg.removeAttribute("hidden");
    this.redraw();
  }

  add(region) {
    if (this.regions.length < 8) this.regions.push(region);
    this.redraw();
  }

  remove(index) {
    this.regions.splice(index, 1);
    this.redraw();
  }

  clear() {
    this.regions = [];
    this.redraw();
  }

  /** Moves a box (or resizes it) from the keyboard. */
  nudge(index, dx, dy, resize) {
    const region = this.regions[index];
    if (!region?.box) return;
    const step = Math.max(this.size.width, this.size.height) / 100;
    const [x0, y0, x1, y1] = region.box;
    const moved = resize
      ? [x0, y0, x1 + dx * step, y1 + dy * step]
      : [x0 + dx * step, y0 + dy * step, x1 + dx * step, y1 + dy * step];
    if (moved[2] - moved[0] > 2 && moved[3] - moved[1] > 2) region.box = this.#clip(moved);
    this.redraw();
  }

  redraw() {
    const layer = this.layers.regions;
    if (!layer) return;
    layer.replaceChildren();
    this.regions.forEach((region, index) => this.#drawRegion(layer, region, index));
    this.changed(this.regions);
  }

  light(word) {
    this.layers.places.replaceChildren();
    if (!word) return;
    const [x0, y0, x1, y1] = word.box;
    this.layers.places.append(
      this.#make("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: "place", "stroke-width": this.#unit(2), rx: this.#unit(3) }));
  }

  found(regions) {
    const layer = this.layers.found;
    layer.replaceChildren();
    for (const { box: [x0, y0, x1, y1], score, text, mask } of regions) {
      if (mask) layer.append(this.#make("path", { d: maskPath(mask), class: "region", mine: "var(--r2)", "stroke-width": 0 }));
      layer.append(this.#make("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: "found-box", "stroke-width": this.#unit(3), rx: this.#unit(3) }));
      const label = this.#make("text", { x: x0 + this.#unit(4), y: Math.max(y0 - this.#unit(5), this.#unit(14)), class: "label", "font-size": this.#unit(14), "stroke-width": this.#unit(3) });
      label.textContent = text ? `${text} ${Math.round(score * 100)} %` : `${Math.round(score * 100)} %`;
      layer.append(label);
    }
  }

  #drawRegion(layer, region, index) {
    const group = this.#make("g", { mine: `var(--r${index % 8})`, "stroke-width": this.#unit(3) });
    let corner;
    if (region.box) {
      const [x0, y0, x1, y1] = region.box;
      group.append(this.#make("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: "region", rx: this.#unit(3) }));
      corner = [x0, y0];
    } else if (region.points) {
      region.points.forEach(([x, y]) => group.append(this.#make("circle", { cx: x, cy: y, r: this.#unit(7), class: "region" })));
      corner = [region.points[0][0] + this.#unit(10), region.points[0][1] - this.#unit(10)];
    } else {
      group.append(this.#make("polygon", { points: region.polygon.map((p) => p.join(",")).join(" "), class: "region" }));
      corner = region.polygon[0];
    }
    group.append(this.#make("circle", { cx: corner[0], cy: corner[1], r: this.#unit(10), class: "badge" }));
    const text = this.#make("text", { x: corner[0], y: corner[1], class: "badge-text", "font-size": this.#unit(13) });
    text.textContent = index;
    group.append(text);
    layer.append(group);
  }

  #listen() {
    let start = null, polygon = [];
    const draft = (element) => this.layers.draft.replaceChildren(...(element ? [element] : []));
    this.svg.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const at = this.#where(event);
      if (this.tool === "point") return this.add({ points: [at] });
      if (this.tool === "polygon") {
        const near = polygon.length > 2 && Math.hypot(at[0] - polygon[0][0], at[1] - polygon[0][1]) < this.#unit(14);
        if (near) {
          this.add({ polygon });
          polygon = [];
          return draft();
        }
        polygon.push(at);
        return draft(this.#make("polyline", { points: polygon.map((p) => p.join(",")).join(" "), class: "region", mine: "var(--r1)", "stroke-width": this.#unit(3) }));
      }
      start = at;
      this.svg.setPointerCapture(event.pointerId);
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (!start) return;
      const [x0, y0, x1, y1] = this.#span(start, this.#where(event));
      draft(this.#make("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: "region", mine: "var(--r1)", "stroke-width": this.#unit(2) }));
    });
    const finish = (event) => {
      if (!start) return;
      const box = this.#span(start, this.#where(event));
      start = null;
      draft();
      if (box[2] - box[0] > this.#unit(6) && box[3] - box[1] > this.#unit(6)) this.add({ box });
    };
    this.svg.addEventListener("pointerup", finish);
    this.svg.addEventListener("pointercancel", () => { start = null; draft(); });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") { polygon = []; start = null; if (this.layers.draft) draft(); }
    });
  }

  #where(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [Math.min(Math.max(point.x, 0), this.size.width), Math.min(Math.max(point.y, 0), this.size.height)].map((v) => Math.round(v * 4) / 4);
  }

  #span([ax, ay], [bx, by]) {
    return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
  }

  #clip([x0, y0, x1, y1]) {
    const { width, height } = this.size;
    return [Math.max(0, x0), Math.max(0, y0), Math.min(width, x1), Math.min(height, y1)].map((v) => Math.round(v * 4) / 4);
  }

  // One screen pixel in the picture's pixels, so that lines are equally thick on every picture.
  #unit(pixels) {
    return (pixels * this.size.width) / (this.svg.clientWidth || this.size.width);
  }

  #make(name, attributes = {}) {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) {
      // A style attribute would need a laxer content security policy; setting the property does not.
      if (key === "mine") element.style.setProperty("--mine", value);
      else element.setAttribute(key, value);
    }
    return element;
  }
}
