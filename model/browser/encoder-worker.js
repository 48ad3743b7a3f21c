// The worker that `startEncoder` of encoder.js starts: loads the encoder at the first message, encodes at every other.
import { download, loadEncoder } from "./encoder.js";

let encoder;

async function load({ folder, file, wanted }) {
  const progress = (received, total) => postMessage({ received, total });
  const loaded = await loadEncoder(new URL(folder), await download(file, { progress }), wanted);
  encoder = loaded.encoder;
  return { name: encoder.name(), dimension: encoder.dimension(), instructions: loaded.instructions };
}

addEventListener("message", async ({ data: { id, ...question } }) => {
  try {
    postMessage({ id, answer: encoder ? encoder.encode(question.texts, question.query) : await load(question) });
  } catch (error) {
    postMessage({ id, error: error.message });
  }
});
