//! The encoder as a browser loads it where the engine has no more than `simd128` (`cargo xtask web`).
#![cfg(target_arch = "wasm32")]

#[path = "encoder_module/bound_encoder.rs"]
mod bound_encoder;

use rasoat_model::browser::Simd128 as Instructions;
