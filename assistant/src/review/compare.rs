//! What two norms set, held against each other.
//!
//! Hard because most values that differ do not conflict: they govern another act, another subject, another stage, and
//! because the same value is written in many ways. Typed slots of both sides are matched by their role and compared by
//! what they mean. No judgement is made here: the judge weighs the features.

pub mod alignment;
