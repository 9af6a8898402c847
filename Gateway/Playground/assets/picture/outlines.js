// Regions drawn over the picture: line with a pale seam (to be seen on any ground), number, handles of the chosen one.

import { s } from "../page/element.js";
import { colourOf } from "../page/tokens.js";
import { boundsOf, handlesOf } from "../regions/shape.js";

/**
 * Keeps a picture's layer as the regions are.
 * @param {import("./picture.js").Picture} picture
 * @param {import("../regions/regions.js").Regions} regions
 */
export function showOutlines(picture, regions) {
  const show = () => {
    if (!picture.size) return;
    picture.layer("regions").replaceChildren(...regions.list.map((region, k) => drawn(picture, region, k, k === regions.chosen)));
  };
  regions.addEventListener("change", show);
  picture.addEventListener("resize", show);
}

function drawn(picture, region, k, chosen) {
  const unit = (pixels) => picture.unit(pixels);
  const group = s("g", { class: chosen ? "region chosen" : "region", "data-region": k, style: { "--mine": colourOf(k), "--line": unit(chosen ? 2.5 : 2) } });
  group.append(...shapeOf(region, unit));
  if (chosen) {
    handlesOf(region).forEach(([x, y], index) => group.append(
      s("circle", { class: "reach", cx: x, cy: y, r: unit(14), "data-handle": index }),
      s("circle", { class: "handle", cx: x, cy: y, r: unit(region.points ? 7 : 4.5), "data-handle": index })));
  }
  const [x, y] = badgePlace(region, picture, unit);
  group.append(
    s("circle", { class: "badge", cx: x, cy: y, r: unit(11), "data-badge": k }),
    text(String(k), { class: "badge-text", x, y, "font-size": unit(13) }));
  return group;
}

/** The lines of a region or a draft: each once pale and wide, once in its colour. */
export function shapeOf(region, unit) {
  if (region.points) {
    return region.points.flatMap(([x, y], i) => [
      s("circle", { class: region.labels?.[i] === 0 ? "dot not" : "dot", cx: x, cy: y, r: unit(7) }),
      ...(region.labels?.[i] === 0 ? [s("path", { class: "minus", d: `M${x - unit(3.5)} ${y}h${unit(7)}` })] : []),
    ]);
  }
  const line = region.polygon
    ? () => s("polygon", { points: region.polygon.map((p) => p.join(",")).join(" ") })
    : () => s("rect", { x: region.box[0], y: region.box[1], width: region.box[2] - region.box[0], height: region.box[3] - region.box[1], rx: unit(4) });
  return ["seam", "line"].map((kind) => {
    const shape = line();
    shape.setAttribute("class", kind);
    return shape;
  });
}

/** Text in a drawing. */
export function text(words, attributes) {
  const made = s("text", attributes);
  made.textContent = words;
  return made;
}

// At the upper left corner of the region, but never outside the picture.
function badgePlace(region, picture, unit) {
  const [x0, y0] = boundsOf(region), away = region.points ? unit(13) : 0;
  const most = picture.size, edge = unit(12);
  return [Math.min(Math.max(x0 - away, edge), most.width - edge), Math.min(Math.max(y0 - away, edge), most.height - edge)];
}
