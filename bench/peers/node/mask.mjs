import { clamp } from './geometry.mjs';

/**
 * A grid of logits over a frame as COCO's run-length encoding of the whole picture, with its tight box; null where no
 * pixel is in. docs/bundle.md, "Masks".
 */
export function drawMask(logits, cells, frame, { width, height }) {
  const across = axis(frame[0], frame[2], cells, width), down = axis(frame[1], frame[3], cells, height);
  const runs = [], box = [Infinity, Infinity, 0, 0];
  const column = new Float64Array(cells);
  let ended = 0, open = -1;
  for (let x = across.first; x < across.end; x++) {
    const place = across.place(x), left = Math.floor(place), right = Math.min(left + 1, cells - 1), share = place - left;
    for (let row = 0; row < cells; row++) {
      column[row] = (1 - share) * logits[row * cells + left] + share * logits[row * cells + right];
    }
    for (let y = down.first; y < down.end; y++) {
      const at = down.place(y), above = Math.floor(at), below = Math.min(above + 1, cells - 1), part = at - above;
      if ((1 - part) * column[above] + part * column[below] <= 0) continue;
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
      box[2] = x + 1; box[3] = Math.max(box[3], y + 1);
      const start = x * height + y;
      if (open < 0 || start > ended) {
        if (open >= 0) runs.push(ended - open);
        runs.push(start - ended);
        open = start;
      }
      ended = start + 1;
    }
  }
  if (open < 0) return null;
  runs.push(ended - open);
  if (width * height > ended) runs.push(width * height - ended);
  return { mask: { size: [height, width], counts: compress(runs) }, box };
}

function axis(start, end, cells, pixels) {
  const cell = (end - start) / cells;
  const first = clamp(Math.ceil(start - 0.5), 0, pixels);
  return {
    first,
    end: clamp(Math.floor(end - 0.5) + 1, first, pixels),
    place: pixel => clamp((pixel + 0.5 - start) / cell - 0.5, 0, cells - 1),
  };
}

function compress(runs) {
  let text = '';
  runs.forEach((run, i) => {
    let left = run - (i > 2 ? runs[i - 2] : 0), more;
    do {
      const group = left & 0x1f;
      left >>= 5;
      more = group & 0x10 ? left !== -1 : left !== 0;
      text += String.fromCharCode(48 + (more ? group | 0x20 : group));
    } while (more);
  });
  return text;
}
