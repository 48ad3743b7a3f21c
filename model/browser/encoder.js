// The encoder in a page: in a worker of its own, so that the page stays alive.
//
//   const encoder = await startEncoder(new URL("/encoder/", location), new URL("/encoder/browser.bin", location), {
//     progress: (received, total) => ...,   // bytes; total is 0 where the server does not tell
//     signal,                               // an AbortSignal ends download and worker
//   });
//   const vectors = await encoder.encode(["thời gian thử việc"], true);   // Float32Array, encoder.dimension numbers a text
//   encoder.close();
//
// What fails is an Error whose message is one line, in Vietnamese and in English.

// Modules of one function () -> v128, of whose instructions an engine that validates them has all.
const module = (...body) =>
  new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, // magic, version
    1, 5, 1, 96, 0, 1, 123, // type: () -> v128
    3, 2, 1, 0, // one function of it
    10, body.length + 4, 1, body.length + 2, 0, ...body, 11, // its body
  ]);
const SPLAT = [65, 0, 253, 15];
// i8x16.popcnt came last; simd128 without it is too old.
const SIMD = module(...SPLAT, 253, 98);
// i32x4.relaxed_dot_i8x16_i7x16_add_s
const RELAXED_SIMD = module(...SPLAT, ...SPLAT, ...SPLAT, 253, 147, 2);

// Texts that are on their way to the worker at a time: what is cancelled ends after so many.
const BATCH = 8;

// The best set of instructions that this engine has.
export function instructions() {
  if (WebAssembly.validate(RELAXED_SIMD)) return "relaxed_simd";
  if (WebAssembly.validate(SIMD)) return "simd128";
  throw new Error(
    "trình duyệt này quá cũ, thiếu WebAssembly SIMD: cần Chrome 91, Firefox 89, Safari 16.4 hoặc mới hơn / " +
      "this browser is too old, it lacks WebAssembly SIMD: Chrome 91, Firefox 89, Safari 16.4 or newer is needed",
  );
}

// A file's bytes. `cache`: as `fetch` takes it. `refused`: what to throw for an answer that is no success.
export async function download(address, { progress = () => {}, signal, cache, refused } = {}) {
  const failed = (why) =>
    new Error(`không tải được ${address} (${why}); hãy thử lại / failed to download ${address} (${why}); try again`);
  try {
    const response = await fetch(address, { signal, cache });
    if (!response.ok) throw refused ? await refused(response) : failed(response.status);
    // What arrives is unpacked already; a packed length would mislead.
    const packed = response.headers.has("content-encoding");
    const total = packed ? 0 : Number(response.headers.get("content-length"));
    const parts = [];
    let received = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      received += value.length;
      progress(received, total);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch (error) {
    // Where the connection breaks, engines throw a TypeError.
    throw error instanceof TypeError ? failed(error.message) : error;
  }
}

// Loads the encoder where this runs. `folder`: where the modules lie. `file`: the bytes of the encoder's file.
// `wanted`: a set of instructions, for tests.
export async function loadEncoder(folder, file, wanted = instructions()) {
  const module = await import(new URL(`${wanted}.js`, folder));
  const { memory } = await module.default({ module_or_path: new URL(`${wanted}_bg.wasm`, folder) });
  try {
    return { encoder: new module.LoadedEncoder(file), instructions: wanted, memory };
  } catch ({ message }) {
    throw new Error(
      `tệp của bộ mã hóa không dùng được (${message}); hãy xóa bộ nhớ đệm rồi tải lại / ` +
        `the encoder's file cannot be used (${message}); clear the browser's cache and load it again`,
    );
  }
}

// Loads the encoder in a worker. `file`: the address of the encoder's file.
export async function startEncoder(folder, file, { progress = () => {}, signal, wanted = instructions() } = {}) {
  signal?.throwIfAborted();
  const worker = new Worker(new URL("encoder-worker.js", folder), { type: "module" });
  const waiting = new Map();
  let ended;
  let last = 0;
  const end = (reason) => {
    ended ??= reason;
    worker.terminate();
    waiting.forEach(({ reject }) => reject(ended));
    waiting.clear();
  };
  worker.onmessage = ({ data: { id, answer, error, received, total } }) => {
    if (received !== undefined) return progress(received, total);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(answer);
    else reject(new Error(error));
  };
  worker.onerror = ({ message }) =>
    end(new Error(`bộ mã hóa dừng bất ngờ (${message}) / the encoder ended unexpectedly (${message})`));
  const ask = (question) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, ...question });
    });
  const cancel = () => end(signal.reason);
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const about = await ask({ folder: String(folder), file: String(file), wanted });
    return {
      ...about,
      // Texts' vectors, one after another.
      async encode(texts, query, { signal } = {}) {
        const vectors = new Float32Array(texts.length * about.dimension);
        for (let first = 0; first < texts.length; first += BATCH) {
          signal?.throwIfAborted();
          vectors.set(await ask({ texts: texts.slice(first, first + BATCH), query }), first * about.dimension);
        }
        return vectors;
      },
      close: () => end(new Error("bộ mã hóa đã đóng / the encoder is closed")),
    };
  } catch (error) {
    end(error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
