//! The encoder as a browser loads it where the engine has `relaxed-simd` (`cargo xtask web`).
#![cfg(target_arch = "wasm32")]

#[path = "encoder_module/bound_encoder.rs"]
mod bound_encoder;

use rasoat_model::browser::RelaxedSimd as Instructions;
