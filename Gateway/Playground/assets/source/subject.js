// The picture that is asked about: on the server by its id, here by its bytes, so that it can be given again.

import * as api from "../server/api.js";
import { readable } from "./intake.js";

/** @typedef {{id: string, width: number, height: number, blob: Blob, scene?: string}} Subject */

/**
 * Stores a picture that somebody gave.
 * @param {Blob} file
 * @param {string} [scene] the file name of a demo scene, when it is one
 * @returns {Promise<Subject>}
 */
export async function stored(file, scene) {
  const blob = await readable(file), { id, width, height } = await api.upload(blob);
  return { id, width, height, blob, scene };
}

/** The picture of an id, from the server. @returns {Promise<Subject>} */
export const fetched = async (/** @type {string} */ id) => stored(await api.picture(id));

/** The picture of a scene. @returns {Promise<Subject>} */
export const ofScene = async (/** @type {any} */ { file }) => stored(await api.scene(file), file);

/**
 * Asks about a picture. A server that no longer has it is given it once more.
 * @param {Subject} subject
 * @param {any} question
 * @param {AbortSignal} signal
 */
export async function* ask(subject, question, signal) {
  try {
    yield* api.ask({ image: subject.id, ...question }, signal);
  } catch (problem) {
    if (problem.status !== 404) throw problem;
    await api.upload(subject.blob);
    yield* api.ask({ image: subject.id, ...question }, signal);
  }
}
