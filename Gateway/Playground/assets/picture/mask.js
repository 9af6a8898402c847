// COCO run-length masks as SVG paths.

/** Run lengths of COCO's compressed string (column-major, zeros first). */
export function runs(/** @type {string} */ counts) {
  const lengths = [];
  let at = 0;
  while (at < counts.length) {
    let value = 0, shift = 0, more = true;
    while (more) {
      const bits = counts.charCodeAt(at++) - 48;
      value |= (bits & 31) << shift;
      more = (bits & 32) !== 0;
      shift += 5;
      if (!more && bits & 16) value |= -1 << shift;
    }
    if (lengths.length > 2) value += lengths[lengths.length - 2];
    lengths.push(value);
  }
  return lengths;
}

/**
 * The mask's pixels, column by column: 1 inside, 0 outside.
 * @param {{size: [number, number], counts: string}} mask size is [height, width]
 */
export function pixels({ size: [height, width], counts }) {
  const bits = new Uint8Array(width * height);
  let position = 0, inside = false;
  for (const length of runs(counts)) {
    if (inside) bits.fill(1, position, position + length);
    position += length;
    inside = !inside;
  }
  return bits;
}

/**
 * The mask's outline as a path: closed loops along the edges of its pixels, to be filled by the even-odd rule.
 * @param {{size: [number, number], counts: string}} mask
 */
export function outline(mask) {
  const [height, width] = mask.size, bits = pixels(mask);
  const isIn = (x, y) => x >= 0 && y >= 0 && x < width && y < height && bits[x * height + y] === 1;
  const stride = width + 1;
  /** @type {Map<number, number[]>} from a corner to the corners that an edge leads to */
  const edges = new Map();
  const edge = (ax, ay, bx, by) => {
    const from = ay * stride + ax;
    if (!edges.has(from)) edges.set(from, []);
    edges.get(from).push(by * stride + bx);
  };
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (!bits[x * height + y]) continue;
      // Clockwise around the pixel, so that the inside is always to the right.
      if (!isIn(x, y - 1)) edge(x, y, x + 1, y);
      if (!isIn(x + 1, y)) edge(x + 1, y, x + 1, y + 1);
      if (!isIn(x, y + 1)) edge(x + 1, y + 1, x, y + 1);
      if (!isIn(x - 1, y)) edge(x, y + 1, x, y);
    }
  }
  let path = "";
  for (const [start, ends] of edges) {
    while (ends.length) path += loop(edges, start, stride);
  }
  return path;
}

// Follows edges from a corner until it is reached again; corners on a straight line are left out.
function loop(edges, start, stride) {
  let at = start, step = 0, path = `M${start % stride} ${Math.floor(start / stride)}`;
  do {
    const next = edges.get(at).pop();
    if (step !== 0 && next - at !== step) path += `L${at % stride} ${Math.floor(at / stride)}`;
    step = next - at;
    at = next;
  } while (at !== start);
  return `${path}Z`;
}
