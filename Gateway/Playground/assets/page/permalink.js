// A question as the part of an address after "#": the picture (a scene or an id), task, text and regions.

const join = (points) => points.map((p) => p.join(",")).join(";");
const split = (text) => text.split(";").map((p) => p.split(",").map(Number));

function packRegion(region) {
  if (region.box) return `b${region.box.join(",")}`;
  if (region.polygon) return `g${join(region.polygon)}`;
  return `p${join(region.points.map((p, i) => [...p, region.labels?.[i] ?? 1]))}`;
}

function unpackRegion(text) {
  const rest = text.slice(1);
  switch (text[0]) {
    case "b": return { box: rest.split(",").map(Number) };
    case "g": return { polygon: split(rest) };
    case "p": return { points: split(rest).map(([x, y]) => [x, y]), labels: split(rest).map(([, , label]) => label) };
    default: return null;
  }
}

const isWhole = (region) =>
  region && [region.box, ...(region.points ?? []), ...(region.polygon ?? [])].filter(Boolean).flat().every(Number.isFinite)
  && (!region.box || region.box.length === 4) && (!region.polygon || region.polygon.length > 2);

/**
 * @param {{scene?: string, image?: string, task: string, text?: string, regions: any[]}} question
 * @returns {string} beginning with "#"
 */
export function pack({ scene, image, task, text, regions }) {
  const parts = new URLSearchParams();
  if (scene) parts.set("scene", scene);
  else if (image) parts.set("image", image);
  parts.set("task", task);
  if (text) parts.set("text", text);
  for (const region of regions) parts.append("r", packRegion(region));
  return `#${parts}`;
}

/**
 * The question of an address, or null when it names none. What cannot be understood is left out.
 * @param {string} hash
 */
export function unpack(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const scene = parts.get("scene") ?? undefined;
  const image = /^[0-9a-f]{64}$/.test(parts.get("image") ?? "") ? parts.get("image") : undefined;
  if (!scene && !image) return null;
  const regions = parts.getAll("r").map(unpackRegion).filter(isWhole);
  return { scene, image, task: parts.get("task") ?? "answer", text: parts.get("text") ?? "", regions };
}
