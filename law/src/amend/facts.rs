//! Instructions as facts about the effect of the documents they change: who changes which provisions, and since when.

use super::{Instruction, Operation};
use crate::Eid;
use crate::effect::{self, Change, Confidence, EventSource};
use crate::structure::Document;

/// What `instructions`, read from `act`, mean for the effect of the documents they change. What could not be read to its
/// end still changes its target somewhere, and counts for the whole document; a target without a number counts nowhere.
pub fn changes(act: &Document, instructions: &[Instruction]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for instruction in instructions {
        let Some(target) = instruction.target.document.number() else { continue };
        if Some(target) == act.metadata.number.as_ref() {
            continue;
        }
        let change = Change {
            target: target.clone(),
            eids: instruction.target.eid.iter().cloned().collect(),
            operation: effect_of(instruction),
            date: instruction.effective.or(act.metadata.effective),
            by: instruction.by.clone().or_else(|| act.metadata.number.clone()),
            by_eid: act.at(instruction.span.start).map(|provision| provision.eid.clone()).filter(is_of_the_body),
            source: EventSource::Document,
            confidence: Confidence::Reported,
        };
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    changes
}

fn is_of_the_body(eid: &Eid) -> bool {
    eid.article().is_some()
}

/// What an instruction does to the effect of its target.
pub fn effect_of(instruction: &Instruction) -> effect::Operation {
    match &instruction.operation {
        Operation::InsertAfter { .. } | Operation::InsertBefore { .. } | Operation::InsertAtEnd => {
            effect::Operation::Insert
        }
        // A document that goes because another comes is replaced; whether one comes, the words do not always say.
        Operation::Repeal | Operation::EndDocument => effect::Operation::Repeal,
        Operation::ReplaceUnit
        | Operation::SubstitutePhrase { .. }
        | Operation::RemovePhrase { .. }
        | Operation::InsertPhrase { .. }
        | Operation::AppendPhrase { .. }
        | Operation::ReplaceHeading
        | Operation::ReplaceAnnex => effect::Operation::Amend,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use crate::amend::instructions;
    use crate::effect::{Effect, Timeline};
    use crate::register::Register;
    use crate::structure::parse;
    use crate::{DocNumber, Eid};
    use jiff::civil::date;

    #[test]
    fn an_amending_act_in_hand_changes_the_provisions_of_its_base() {
        let act = parse(
            "CHÍNH PHỦ\nSố: 902/2025/NĐ-CP\nHà Nội, ngày 01 tháng 3 năm 2025\nNGHỊ ĐỊNH\n\
             Sửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n\
             Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2024/NĐ-CP\n\
             1. Sửa đổi, bổ sung khoản 2 Điều 5 như sau:\n“2. Nội dung mới.”.\n\
             2. Bổ sung Điều 6a vào sau Điều 6 như sau:\n“Điều 6a. Tên\nNội dung.”.\n\
             3. Bãi bỏ Điều 9.\n\
             Điều 2. Hiệu lực thi hành\nNghị định này có hiệu lực thi hành kể từ ngày 01 tháng 5 năm 2025.\n",
        );
        let register = Register::default();
        let found = changes(&act, &instructions(&act, &register));
        let brief: Vec<String> =
            found.iter().map(|c| format!("{:?} {} {}", c.operation, c.eids[0], c.by_eid.as_ref().unwrap())).collect();
        assert_eq!(
            brief,
            ["Amend art_5__para_2 art_1__para_1", "Insert art_6a art_1__para_2", "Repeal art_9 art_1__para_3"]
        );
        let mut timeline = Timeline::new(DocNumber::from_normal("901/2024/NĐ-CP"));
        timeline.add([Change {
            target: DocNumber::from_normal("901/2024/NĐ-CP"),
            eids: Vec::new(),
            operation: effect::Operation::Start,
            date: Some(date(2024, 1, 1)),
            by: None,
            by_eid: None,
            source: EventSource::Metadata,
            confidence: Confidence::Reported,
        }
        .event()]);
        timeline.add(found.iter().map(Change::event));
        let on = |eid: &str, day| timeline.status_of(&Eid::new(eid), day).effect;
        assert_eq!(on("art_9", date(2025, 4, 30)), Effect::InForce);
        assert_eq!(on("art_9__para_1", date(2025, 5, 1)), Effect::Expired);
        assert_eq!(on("art_6a", date(2025, 4, 30)), Effect::NotYetInForce);
        assert_eq!(on("art_5__para_2", date(2025, 5, 1)), Effect::InForce);
    }
}
