/** Between pixels of the original picture and the graphs' coordinates, which are divided by the longer side. */
export class Geometry {
  constructor({ width, height }) {
    this.width = width;
    this.height = height;
    this.longer = Math.max(width, height);
  }

  toGraph(pixels) {
    return pixels / this.longer;
  }

  /** A place of a graph as a box within the picture. */
  toBox(x0, y0, x1, y1) {
    const x = place => clamp(place * this.longer, 0, this.width), y = place => clamp(place * this.longer, 0, this.height);
    return [Math.min(x(x0), x(x1)), Math.min(y(y0), y(y1)), Math.max(x(x0), x(x1)), Math.max(y(y0), y(y1))];
  }

  /** A box clipped to the picture, to a quarter pixel. */
  clip([x0, y0, x1, y1]) {
    const quarter = (value, most) => Math.round(clamp(value, 0, most) * 4) / 4;
    return [quarter(x0, this.width), quarter(y0, this.height), quarter(x1, this.width), quarter(y1, this.height)];
  }
}

export function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

export function area([x0, y0, x1, y1]) {
  return Math.max(0, x1 - x0) * Math.max(0, y1 - y0);
}

/** Intersection over union. */
export function iou(a, b) {
  const both = area([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
  return both > 0 ? both / (area(a) + area(b) - both) : 0;
}
