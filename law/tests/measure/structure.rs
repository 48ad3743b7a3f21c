//! Provision trees, against the trees that come with the documents.
