//! In which form a paper comes, or which way a file goes.

use super::Dimension;
use super::reading::{Lexicon, Word};
use super::slot::{Content, Form, Found};
use std::sync::OnceLock;

pub(super) fn read(words: &[Word<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match forms().at(words, at) {
            Some((form, next)) => {
                // "bản sao giấy phép có chứng thực": the word of certifying follows the paper's name.
                let certified = form == Form::Copy
                    && (next..(next + 8).min(words.len())).any(|at| certifying().at(words, at).is_some());
                let form = if certified { Form::CertifiedCopy } else { form };
                found.push(Found::new(Dimension::Procedure, Content::Form(form), words, at, next));
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

fn certifying() -> &'static Lexicon<()> {
    static CERTIFYING: OnceLock<Lexicon<()>> = OnceLock::new();
    CERTIFYING.get_or_init(|| Lexicon::new(&[("chứng thực", ()), ("công chứng", ()), ("đã được chứng thực", ())]))
}

fn forms() -> &'static Lexicon<Form> {
    use Form::{CertifiedCopy, Copy, Electronic, InPerson, Original, Post, Spoken, Written};
    static FORMS: OnceLock<Lexicon<Form>> = OnceLock::new();
    FORMS.get_or_init(|| {
        Lexicon::new(&[
            ("bản chính", Original),
            ("bản gốc", Original),
            ("bản sao", Copy),
            ("bản chụp", Copy),
            ("bản phô tô", Copy),
            ("bản photo", Copy),
            ("bản photocopy", Copy),
            ("bản sao có chứng thực", CertifiedCopy),
            ("bản sao chứng thực", CertifiedCopy),
            ("bản sao công chứng", CertifiedCopy),
            ("bản sao có công chứng", CertifiedCopy),
            ("bản sao được chứng thực", CertifiedCopy),
            ("trực tuyến", Electronic),
            ("bản điện tử", Electronic),
            ("bản mềm", Electronic),
            ("thư điện tử", Electronic),
            ("môi trường điện tử", Electronic),
            ("môi trường mạng", Electronic),
            ("phương tiện điện tử", Electronic),
            ("trực tiếp", InPerson),
            ("bưu chính", Post),
            ("bưu điện", Post),
            ("đường bưu điện", Post),
            ("dịch vụ bưu chính", Post),
            ("bằng văn bản", Written),
            ("bản giấy", Written),
            ("bằng lời nói", Spoken),
            ("bằng miệng", Spoken),
            ("qua điện thoại", Spoken),
            ("bằng điện thoại", Spoken),
        ])
    })
}
