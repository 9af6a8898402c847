// COCO run-length masks as SVG paths.

/** Run lengths of COCO's compressed string (column-major, zeros first). */
export function runs(counts) {
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

/** A path of one-pixel-wide columns, which SVG fills as one shape. */
export function maskPath({ size: [height], counts }) {
  let path = "", position = 0, inside = false;
  for (const length of runs(counts)) {
    for (let left = length; inside && left > 0;) {
      const x = Math.floor((position + length - left) / height);
      const y = (position + length - left) % height;
      const part = Math.min(left, height - y);
      path += `M${x} ${y}h1v${part}h-1z`;
      left -= part;
    }
    position += length;
    inside = !inside;
  }
  return path;
}
