//! What follows a breach.

use super::Dimension;
use super::reading::{Lexicon, Word};
use super::slot::{Content, Found, SanctionKind};
use std::sync::OnceLock;

pub(super) fn read(words: &[Word<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match sanctions().at(words, at) {
            Some((kind, next)) => {
                found.push(Found::new(Dimension::Sanction, Content::Sanction(kind), words, at, next));
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

fn sanctions() -> &'static Lexicon<SanctionKind> {
    use SanctionKind::{
        Annulment, Confiscation, Damages, Destruction, Expulsion, Fine, Prison, Removal, Revocation, Suspension,
        Warning,
    };
    static SANCTIONS: OnceLock<Lexicon<SanctionKind>> = OnceLock::new();
    SANCTIONS.get_or_init(|| {
        Lexicon::new(&[
            ("cảnh cáo", Warning),
            ("khiển trách", Warning),
            ("nhắc nhở", Warning),
            ("phạt tiền", Fine),
            ("đình chỉ", Suspension),
            ("tạm đình chỉ", Suspension),
            ("thu hồi", Revocation),
            ("tước quyền sử dụng", Revocation),
            ("tước", Revocation),
            ("tịch thu", Confiscation),
            ("trục xuất", Expulsion),
            ("phạt tù", Prison),
            ("tù có thời hạn", Prison),
            ("tù chung thân", Prison),
            ("cải tạo không giam giữ", Prison),
            ("buộc thôi việc", Removal),
            ("cách chức", Removal),
            ("giáng chức", Removal),
            ("hạ bậc lương", Removal),
            ("bồi thường", Damages),
            ("bồi hoàn", Damages),
            ("hủy bỏ", Annulment),
            ("chấm dứt", Annulment),
            ("tiêu hủy", Destruction),
            ("tháo dỡ", Destruction),
        ])
    })
}
