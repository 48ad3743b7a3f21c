//! States of documents on a date, against the states their publishers give.
