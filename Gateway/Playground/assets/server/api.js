// The part of the HTTP API that the page uses. Every failure is thrown as a Problem, except an abort.

import { events, textOf } from "./events.js";
import { Problem } from "./problem.js";

const KEY = "loupe-key";

/** Keeps the key for this tab. */
export function useKey(/** @type {string} */ key) {
  if (key) sessionStorage.setItem(KEY, key);
  else sessionStorage.removeItem(KEY);
}

async function call(path, { headers, ...options } = /** @type {RequestInit} */ ({})) {
  const all = new Headers(headers), key = sessionStorage.getItem(KEY);
  if (key) all.set("Authorization", `Bearer ${key}`);
  let response;
  try {
    response = await fetch(path, { ...options, headers: all });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0);
  }
  if (response.ok) return response;
  throw new Problem(response.status, await response.json().catch(() => null), Number(response.headers.get("Retry-After")) || undefined);
}

/** Mode, bundle and silos. */
export const cluster = async () => (await call("v1/cluster")).json();

/** Stores a picture. @returns {Promise<{id: string, width: number, height: number}>} */
export const upload = async (/** @type {Blob} */ blob) =>
  (await call("v1/images", { method: "POST", body: blob, headers: { "Content-Type": blob.type || "application/octet-stream" } })).json();

/** The bytes of a stored picture. */
export const picture = async (/** @type {string} */ id) => (await call(`v1/images/${id}/content`)).blob();

/** The scenes that came with the bundle; none where it has none. @returns {Promise<any[]>} */
export const scenes = async () => (await call("demo/scenes.json").catch(() => null))?.json() ?? [];

/** The picture of a scene. */
export const scene = async (/** @type {string} */ file) => (await call(`demo/${encodeURIComponent(file)}`)).blob();

/**
 * Asks, and yields {event, data} as the server sends them; the last is "done".
 * @param {any} question
 * @param {AbortSignal} signal
 */
export async function* ask(question, signal) {
  const response = await call("v1/questions", {
    method: "POST",
    body: JSON.stringify(question),
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    signal,
  });
  let done = false;
  try {
    for await (const part of events(textOf(response))) {
      if (part.event === "error") throw new Problem(part.data.status ?? 500, part.data);
      done ||= part.event === "done";
      yield part;
    }
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") throw error;
    throw new Problem(0, { detail: "The connection broke off in the middle of the answer." });
  }
  if (!done) throw new Problem(0, { detail: "The connection broke off in the middle of the answer." });
}
