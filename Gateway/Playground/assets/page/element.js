// Elements without markup strings: what people or models wrote is only ever text.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an HTML element.
 * @param {string} name of the tag
 * @param {Record<string, any>} [properties] `class`, `data`, `aria`, `on` and `style` are understood; others are set as they are
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {any}
 */
export function h(name, properties = {}, ...children) {
  const made = document.createElement(name);
  const { class: classes, data, aria, on, style, ...plain } = properties;
  if (classes) made.className = classes;
  Object.assign(made.dataset, data);
  for (const [key, value] of Object.entries(aria ?? {})) made.setAttribute(key === "role" ? key : `aria-${key}`, String(value));
  for (const [type, listener] of Object.entries(on ?? {})) made.addEventListener(type, /** @type {EventListener} */ (listener));
  paint(made, style);
  Object.assign(made, plain);
  made.append(.../** @type {(Node|string)[]} */ (children.filter((child) => child != null && child !== false)));
  return made;
}

/**
 * Makes an SVG element; `style` holds CSS properties, everything else are attributes.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...Node} children
 */
export function s(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  const { style, ...plain } = attributes;
  for (const [key, value] of Object.entries(plain)) made.setAttribute(key, String(value));
  paint(made, style);
  made.append(...children);
  return made;
}

/** The element of the page with an id. @returns {any} */
export const $ = (/** @type {string} */ id) => document.getElementById(id);

/** A drawn sign of the page's own set (see index.html). */
export function icon(/** @type {string} */ name) {
  return s("svg", { class: "icon", "aria-hidden": "true", viewBox: "0 0 20 20" }, s("use", { href: `#icon-${name}` }));
}

// A style attribute would need a laxer content security policy; setting properties does not.
function paint(element, style) {
  for (const [key, value] of Object.entries(style ?? {})) element.style.setProperty(key, String(value));
}
