//! The vectors in half precision, by row: from a file of which only rows that were found are read, or from memory.

use super::{dot, halved};
use half::f16;
use half::slice::HalfFloatSliceExt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

/// Vectors from which cosines are computed anew.
#[derive(Debug, Default)]
pub struct Originals {
    /// The first rows.
    filed: Option<Filed>,
    /// The rows behind them, `[rows, dimension]`.
    memory: Vec<f16>,
}

#[derive(Debug)]
struct Filed {
    file: Mutex<File>,
    /// Where the first row begins.
    start: u64,
    rows: usize,
}

impl Originals {
    /// Rows of a file: `[rows, dimension]` of half precision, little endian, after `start` bytes.
    pub fn filed(file: File, start: u64, rows: usize) -> Self {
        Self { filed: Some(Filed { file: Mutex::new(file), start, rows }), memory: Vec::new() }
    }

    /// Rows in memory, `[rows, dimension]`.
    pub fn in_memory(memory: Vec<f16>) -> Self {
        Self { filed: None, memory }
    }

    /// Bytes held in memory.
    pub fn bytes(&self) -> usize {
        2 * self.memory.capacity()
    }

    /// Puts a vector into a row behind those of the file.
    pub fn put(&mut self, row: u32, vector: &[f32]) {
        let Some(row) = (row as usize).checked_sub(self.filed_rows()) else { return };
        let (from, end) = (row * vector.len(), (row + 1) * vector.len());
        if self.memory.len() < end {
            self.memory.resize(end, f16::ZERO);
        }
        self.memory[from..end].copy_from_slice(&halved(vector));
    }

    /// The cosine of a unit query and a row; `None` where the row cannot be read.
    pub fn cosine(&self, query: &[f32], row: u32) -> Option<f32> {
        let mut values = vec![0.0; query.len()];
        self.read(row, &mut values)?;
        Some(dot(query, &values))
    }

    /// Reads a row.
    pub fn read(&self, row: u32, into: &mut [f32]) -> Option<()> {
        match &self.filed {
            Some(filed) if (row as usize) < filed.rows => filed.read(row, into),
            _ => {
                let from = (row as usize - self.filed_rows()) * into.len();
                self.memory.get(from..from + into.len())?.convert_to_f32_slice(into);
                Some(())
            }
        }
    }

    fn filed_rows(&self) -> usize {
        self.filed.as_ref().map_or(0, |filed| filed.rows)
    }
}

impl Filed {
    fn read(&self, row: u32, into: &mut [f32]) -> Option<()> {
        let mut bytes = vec![0; 2 * into.len()];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.start + u64::from(row) * bytes.len() as u64)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        drop(file);
        for (value, pair) in into.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *value = f16::from_le_bytes(*pair).to_f32();
        }
        Some(())
    }
}
