// The page's modules that need no browser.

const at = (path) => import(new URL(`../../Gateway/Playground/assets/${path}`, import.meta.url).href);

export const { boxAround, inside, overlap, simplified, within } = await at("picture/geometry.js");
export const { outline, pixels, runs } = await at("picture/mask.js");
export const { covers, described, dragged, grown, handlesOf, inTheMiddle, moved, regionAt, withPoint } = await at("regions/shape.js");
export const { Regions } = await at("regions/regions.js");
export const { compose, TASKS } = await at("question/tasks.js");
export const { events } = await at("server/events.js");
export const { Problem } = await at("server/problem.js");
export const { pack, unpack } = await at("page/permalink.js");
export const { renumbered } = await at("page/tokens.js");
export const { faster, milliseconds, partsOf, stagesOf } = await at("history/stages.js");
export const { paced } = await at("answer/pace.js");
