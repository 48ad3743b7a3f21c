//! Norms of our own writing, one law of comparing each.

use super::*;
