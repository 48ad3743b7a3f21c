//! A run's state on disk: the trained numbers, what the optimiser remembers, the step, and what the run was told to do.
//!
//! Batches and draws follow from the seed and the step, so these are all there is to remember.

use super::optimiser::AdamW;
use super::{TrainError, write_whole};
use candle_core::{Device, Tensor};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::HashMap;
use std::path::Path;

const KEY: &str = "rasoat_checkpoint";
const VERSION: u64 = 1;

/// Writes the state of `optimiser`; `run` says what the run was told to do and by what data.
pub(crate) fn save(path: &Path, optimiser: &AdamW, run: &serde_json::Value) -> Result<(), TrainError> {
    let header = serde_json::json!({ "version": VERSION, "step": optimiser.step, "run": run }).to_string();
    let named = [("values", &optimiser.values), ("first", &optimiser.first), ("second", &optimiser.second)];
    let bytes = named
        .iter()
        .map(|(name, tensor)| {
            let values = tensor.to_vec1::<f32>()?;
            Ok((*name, values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>()))
        })
        .collect::<Result<Vec<_>, candle_core::Error>>()?;
    let views = bytes
        .iter()
        .map(|(name, bytes)| Ok((*name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>();
    let file = views
        .and_then(|views| safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), header)]))))
        .map_err(|e| TrainError::Checkpoint(e.to_string()))?;
    write_whole(path, &file)
}

/// Puts a saved state into `optimiser`.
///
/// # Errors
/// When the file is damaged or of a run that was told something else.
pub(crate) fn load(path: &Path, optimiser: &mut AdamW, run: &serde_json::Value) -> Result<(), TrainError> {
    let damaged = |what: &dyn std::fmt::Display| TrainError::Checkpoint(what.to_string());
    let file = std::fs::read(path).map_err(|e| TrainError::file(path, &e))?;
    let (_, metadata) = SafeTensors::read_metadata(&file).map_err(|e| damaged(&e))?;
    let header = metadata.metadata().as_ref().and_then(|entries| entries.get(KEY));
    let header: serde_json::Value = header
        .and_then(|header| serde_json::from_str(header).ok())
        .ok_or_else(|| damaged(&format_args!("no `{KEY}` in its metadata")))?;
    if header["version"] != VERSION {
        return Err(damaged(&format_args!("it has format {}, not {VERSION}", header["version"])));
    }
    if let Some(difference) = difference(&header["run"], run) {
        return Err(damaged(&format_args!("it is of another run: {difference}")));
    }
    let step = header["step"].as_u64().ok_or_else(|| damaged(&"no step in it"))?;
    let tensors = SafeTensors::deserialize(&file).map_err(|e| damaged(&e))?;
    let count = optimiser.values.elem_count();
    let device = optimiser.values.device().clone();
    let read = |name: &str| -> Result<Tensor, TrainError> {
        let view = tensors.tensor(name).map_err(|e| damaged(&e))?;
        if view.dtype() != Dtype::F32 || view.shape() != [count] {
            return Err(damaged(&format_args!("{name} has {:?} numbers, not {count}", view.shape())));
        }
        let values = view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        Ok(Tensor::from_vec::<_, f32>(values, count, &Device::Cpu)?.to_device(&device)?)
    };
    (optimiser.values, optimiser.first, optimiser.second) = (read("values")?, read("first")?, read("second")?);
    optimiser.step = step as usize;
    Ok(())
}

/// The first entry in which two runs differ.
fn difference(old: &serde_json::Value, new: &serde_json::Value) -> Option<String> {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
        return (old != new).then(|| format!("{old} then, {new} now"));
    };
    let names = new.keys().chain(old.keys().filter(|name| !new.contains_key(*name)));
    let null = serde_json::Value::Null;
    names.into_iter().find_map(|name| {
        let (old, new) = (old.get(name).unwrap_or(&null), new.get(name).unwrap_or(&null));
        difference(old, new).map(|difference| format!("{name}: {difference}"))
    })
}
