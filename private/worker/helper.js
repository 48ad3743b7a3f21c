// A worker that takes a share of the models' work off the one that reviews. It is served with the same policy, so that it
// reaches the network no more than that one: texts come by a port from there, and numbers go back through memory that both
// see, since whoever reviews cannot wait for a message.
import { forbidden, loadModels, serve } from "./share.js";

let models;

function listen(port, shared) {
  const turn = new Int32Array(shared, 0, 1);
  port.onmessage = ({ data }) => {
    try {
      const numbers =
        data.what === "judge" ? models.loaded.judge(data.texts, data.marks) : models.loaded.encode(data.texts, data.query);
      new Float32Array(shared, 8, numbers.length).set(numbers);
      Atomics.store(turn, 0, data.turn);
    } catch {
      // Whoever asked does this share itself, and meets what is wrong.
      Atomics.store(turn, 0, -data.turn);
    }
    Atomics.notify(turn, 0);
  };
}

serve({
  load: async ({ port, shared, ...files }) => {
    models = await loadModels(files);
    listen(port, shared);
  },
  forbidden: ({ address }) => forbidden(address),
  memory: () => models.memory.buffer.byteLength,
});
