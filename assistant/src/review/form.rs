//! Drafting technique (kỹ thuật soạn thảo): what can be told from the draft's text alone.
//!
//! Source: Decree 78/2025/NĐ-CP, Articles 62-71, and Law 64/2025/QH15, Articles 8 and 53; before 1 April 2025 Law
//! 80/2015/QH13 and Decree 34/2016/NĐ-CP. Not here: layout, fonts and margins.

pub(super) mod definition;
pub(super) mod effective;
pub(super) mod numbering;
pub(super) mod repeal;
