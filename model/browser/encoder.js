// Loads the encoder in a page or a worker: the module for this engine's instructions, and the weights' file.
//
//   const { encoder, instructions } = await loadEncoder(new URL("/encoder/", location), await (await fetch(file)).bytes());
//   const vectors = encoder.encode(["thời gian thử việc"], true);   // Float32Array, encoder.dimension() numbers a text

// The smallest module with i32x4.relaxed_dot_i8x16_i7x16_add_s in it: (func (result v128) ...).
const RELAXED_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, // magic, version
  1, 5, 1, 96, 0, 1, 123, // type: () -> v128
  3, 2, 1, 0, // one function of it
  10, 19, 1, 17, 0, // its body: three times a splat of nothing, and the instruction
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 147, 2, 11,
]);

// The best set of instructions that this engine has.
export function instructions() {
  return WebAssembly.validate(RELAXED_SIMD) ? "relaxed_simd" : "simd128";
}

// `folder`: where the modules lie. `file`: the bytes of the encoder's file. `wanted`: a set of instructions, for tests.
export async function loadEncoder(folder, file, wanted = instructions()) {
  const module = await import(new URL(`${wanted}.js`, folder));
  await module.default({ module_or_path: new URL(`${wanted}_bg.wasm`, folder) });
  return { encoder: new module.LoadedEncoder(file), instructions: wanted };
}
