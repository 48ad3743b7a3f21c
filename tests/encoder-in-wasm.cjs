// Holds the encoder, compiled to WebAssembly, to the reference engine's vectors.
// Usage: node encoder-in-wasm.cjs BOUND_MODULE.js ENCODER_FOLDER GOLDEN.json
const { readFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const LEAST_COSINE = 0.999;
const [module_, folder, golden] = process.argv.slice(2);
const { LoadedEncoder } = require(resolve(module_));
const file = (name) => readFileSync(join(folder, name));

let started = performance.now();
const encoder = new LoadedEncoder(file("model.gguf"), file("config.json"), file("tokenizer.json"), file("rasoat.json"));
console.log(`loaded in ${Math.round(performance.now() - started)} ms`);

const length = (v) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
let failed = 0;
let checked = 0;
started = performance.now();
for (const { kind, text, vector } of JSON.parse(readFileSync(golden, "utf8")).vectors) {
  const found = encoder.encode(text, kind === "query");
  const cosine = vector.reduce((sum, x, i) => sum + x * found[i], 0) / (length(vector) * length(found));
  checked += 1;
  if (!(cosine >= LEAST_COSINE)) {
    failed += 1;
    console.error(`${text}: cosine ${cosine}`);
  }
}
console.log(`${checked} texts in ${Math.round(performance.now() - started)} ms`);
console.log(`${checked - failed} passed, ${failed} failed`);
process.exit(failed || !checked ? 1 : 0);
