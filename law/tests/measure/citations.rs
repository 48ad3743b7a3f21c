//! Citations of real sentences, against targets labelled by hand.
