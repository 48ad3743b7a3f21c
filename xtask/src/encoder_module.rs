//! The encoder's modules for a browser, `target/encoder-module`: one for engines with `relaxed-simd`, one for those
//! without, and the script that asks the engine and loads the right one.
//!
//! Two modules, because an engine refuses a module whole that names one instruction it lacks.

use crate::build;
use crate::steps::root;
use anyhow::{Result, anyhow};
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

/// The modules, by the name of the instructions they need.
pub const MODULES: [&str; 2] = ["relaxed_simd", "simd128"];

/// What a page loads them by.
pub const SCRIPTS: [&str; 2] = ["encoder.js", "encoder-worker.js"];

/// Builds and binds both modules; the answer is their folder.
pub fn build() -> Result<PathBuf> {
    let folder = root().join("target/encoder-module");
    fs_err::create_dir_all(&folder)?;
    for (module, name) in build::encoder_modules()?.iter().zip(MODULES) {
        let mut bindgen = Bindgen::new();
        bindgen.input_path(module).out_name(name).typescript(false).remove_name_section(true);
        bindgen
            .web(true)
            .and_then(|bindgen| bindgen.generate(&folder))
            .map_err(|error| anyhow!("wasm-bindgen refused {}: {error:#}", module.display()))?;
    }
    for script in SCRIPTS {
        fs_err::copy(root().join("model/browser").join(script), folder.join(script))?;
    }
    Ok(folder)
}
