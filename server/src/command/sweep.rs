//! `rasoat sweep`: the standing review of a body of law, its order and its lists.

use super::review::{Reviewer, table_as};
use super::{Out, library, write_whole};
use crate::cli::{Head, ListFormat};
use crate::failure::{Failure, Result};
use crate::places::Places;
use crate::sweep::journal::Journal;
use crate::sweep::{self, Ground, Wanted};
use crate::{lists, stop};
use jiff::civil::Date;
use rasoat_api as api;
use rasoat_assistant::Search;
use rasoat_embeddings::Cancelled;
use rasoat_formats::report::{self, ListKind, Period, Table};
use rasoat_law::Eid;
use rasoat_model::Encoder;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// What is given.
pub struct Given<'a> {
    /// First day of the period.
    pub from: Option<Date>,
    /// Whether an earlier run is passed over.
    pub anew: bool,
    /// What the tables are given as.
    pub formats: Vec<ListFormat>,
    /// The folder they go to.
    pub output: Option<&'a Path>,
    /// What stands at the head of a form.
    pub head: Head,
}

/// The JSON: the sweep with its lists.
#[derive(serde::Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    sweep: &'a api::Sweep,
    lists: BTreeMap<&'static str, &'a Table>,
}

/// Documents shown at a terminal.
const SHOWN: usize = 20;

/// Sweeps and gives what is wanted of it.
///
/// # Errors
/// When the store is empty or cannot be read, nothing is selected, a person stops it, or the folder cannot be written.
pub fn sweep(out: &Out, places: &Places, wanted: &Wanted, given: &Given<'_>) -> Result<()> {
    // Models are loaded for the slow check alone.
    let reviewer = if wanted.conflicts { Some(Reviewer::new(places)?) } else { None };
    let plain = if reviewer.is_none() {
        // The index in the store is of this encoder's vectors; opened as another's it would be built anew.
        let encoder = places.load_encoder().ok().map(|encoder| encoder.name().to_owned());
        Some(library(places, encoder.as_deref())?)
    } else {
        None
    };
    // One of the two was made.
    let Some(library) = reviewer.as_ref().map(|reviewer| &reviewer.library).or(plain.as_ref()) else { return Ok(()) };
    if library.is_empty() {
        return Err(Failure::empty_store(&places.store.to_string()));
    }
    if sweep::selected(library, wanted).next().is_none() {
        return Err(Failure::nothing_selected());
    }
    if let Some(folder) = given.output {
        // Told before hours are spent.
        fs_err::create_dir_all(folder).map_err(|e| Failure::write(folder, &e))?;
    }
    let sums = places.store.open()?.sums()?;
    let models = reviewer.as_ref().map(Reviewer::models).unwrap_or_default();
    let swept = run(out, places, &Ground { library, sums: &sums, models }, wanted, given.anew)?;
    let swept = api::Sweep { from: given.from.map(|from| from.to_string()), ..swept };
    let tables = tables(library, wanted, given.from, &swept);
    let whole = Whole { sweep: &swept, lists: tables.iter().map(|(name, table)| (name.code, table)).collect() };
    if let Some(folder) = given.output {
        write_whole(&folder.join("ra-soat.json"), &serde_json::to_vec(&whole)?)?;
        for (name, table) in &tables {
            for format in &given.formats {
                let path = folder.join(format!("{}.{}", name.file, format.extension()));
                write_whole(&path, &table_as(table, *format, &given.head)?)?;
                out.note(&format!("{} văn bản → {}", table.len(), path.display()));
            }
        }
    }
    out.show(&whole, || shown(&swept))
}

fn run(out: &Out, places: &Places, ground: &Ground<'_>, wanted: &Wanted, anew: bool) -> Result<api::Sweep> {
    let mut journal = Journal::open(&places.local, wanted.as_of, wanted.conflicts, anew)?;
    let bar = out.bar(0, "rà soát");
    let (reached, mut last) = (Cell::new((0, 0)), Instant::now());
    let swept = sweep::sweep(ground, wanted, &mut journal, &mut |done, total, number| {
        reached.set((done, total));
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if bar.is_hidden() && last.elapsed().as_secs() >= 20 {
            last = Instant::now();
            out.note(&format!("rà soát {done}/{total}: {number}"));
        }
        if stop::asked() { Err(Cancelled) } else { Ok(()) }
    });
    bar.finish_and_clear();
    let (done, total) = reached.get();
    if swept.is_err() {
        out.note(&format!("đã rà soát {done}/{total} văn bản; chạy lại cùng lệnh sẽ làm tiếp từ đó"));
    }
    let swept = swept?;
    let void = journal.void();
    drop(journal);
    if void > swept.documents.len() {
        Journal::tidy(&places.local, wanted.as_of, wanted.conflicts)?;
    }
    Ok(swept)
}

/// What a table is called by programs and on the disk.
struct Name {
    code: &'static str,
    file: &'static str,
}

const ORDER: Name = Name { code: "order", file: "thu-tu-uu-tien" };
const ACTION: Name = Name { code: "action", file: "can-xu-ly" };
const LISTS: [(Name, ListKind); 3] = [
    (Name { code: "in_force", file: "con-hieu-luc" }, ListKind::InForce),
    (Name { code: "expired", file: "het-hieu-luc-toan-bo" }, ListKind::Expired),
    (Name { code: "partly_expired", file: "het-hieu-luc-mot-phan" }, ListKind::PartlyExpired),
];

/// The order with its reasons, and the four lists.
fn tables(
    library: &crate::library::Library,
    wanted: &Wanted,
    from: Option<Date>,
    swept: &api::Sweep,
) -> Vec<(Name, Table)> {
    let as_of = wanted.as_of.to_string();
    let period = from.map(|from| Period { from: from.to_string(), to: as_of.clone() });
    let left_out = lists::left_out_among(library, sweep::selected(library, wanted), wanted.as_of);
    let mut tables = vec![(ORDER, order(swept))];
    for (name, kind) in LISTS {
        let documents = lists::listed_among(library, sweep::selected(library, wanted), kind, wanted.as_of);
        let mut table = report::list(kind, &documents, &as_of, period.as_ref());
        table.notes.extend(left_out.clone());
        tables.push((name, table));
    }
    let documents: Vec<_> = swept.documents.iter().filter_map(lists::swept).collect();
    let mut table = report::list(ListKind::Action, &documents, &as_of, period.as_ref());
    table.notes.extend(swept.notes.iter().cloned());
    tables.push((ACTION, table));
    tables
}

/// Who comes first, and why.
fn order(swept: &api::Sweep) -> Table {
    let columns = [
        ("STT", 3),
        ("Số, ký hiệu; tên gọi", 18),
        ("Hiệu lực", 6),
        ("Mức; điểm", 6),
        ("Điểm gồm", 14),
        ("Lý do và quy định chứng minh", 32),
        ("Kiến nghị", 12),
    ];
    let rows = swept.documents.iter().filter_map(|document| {
        let rank = document.rank?;
        let parts: Vec<String> =
            document.parts.iter().map(|part| format!("{}: {} ({})", part.label, part.points, part.count)).collect();
        let reasons: Vec<String> = document.reasons.iter().map(reason).collect();
        Some(vec![
            rank.to_string(),
            format!("{}\n{}", document.document, document.title),
            api::messages::effect_name(document.effect, api::messages::Language::Vi).to_owned(),
            format!("{}\n{}", level(&document.level), document.score),
            parts.join("\n"),
            reasons.join("\n"),
            format!("{}\n{}", document.proposal.label, document.proposal.why),
        ])
    });
    Table {
        title: "THỨ TỰ ƯU TIÊN RÀ SOÁT, XỬ LÝ VĂN BẢN".to_owned(),
        subtitle: vec![format!("(tính đến ngày {})", swept.as_of)],
        columns: columns
            .iter()
            .map(|(name, share)| report::Column { name: (*name).to_owned(), share: *share })
            .collect(),
        groups: vec![report::Group { heading: None, rows: rows.collect() }],
        notes: swept.notes.clone(),
    }
}

fn level(code: &str) -> &'static str {
    use rasoat_assistant::sweep::Level;
    Level::from_code(code).unwrap_or(Level::Nothing).label()
}

/// "điểm a khoản 1 Điều 2: …, xem khoản 3 Điều 1 903/2023/NĐ-CP".
fn reason(reason: &api::SweepReason) -> String {
    let label = |eid: &String| Eid::new(eid.as_str()).label();
    let place = reason.eid.as_ref().map(|eid| format!("{}: ", label(eid))).unwrap_or_default();
    let proof = &reason.evidence;
    let proof = match &proof.eid {
        Some(eid) => format!("{} {}", label(eid), proof.document),
        None => proof.document.clone(),
    };
    format!("{place}{} [{proof}]", reason.message)
}

/// For a person at a terminal: the counts, and who comes first.
fn shown(swept: &api::Sweep) -> String {
    let counts = &swept.counts;
    let mut lines = vec![format!(
        "{} văn bản ngày {}: {} cần xử lý, {} cần xem xét; {} còn hiệu lực (trong đó {} hết hiệu lực một phần), \
         {} hết hiệu lực hoặc tạm ngưng, {} chưa có hiệu lực, {} chưa rõ",
        counts.selected,
        swept.as_of,
        counts.act,
        counts.look,
        counts.in_force,
        counts.partly_expired,
        counts.expired,
        counts.not_yet_in_force,
        counts.unknown
    )];
    for document in swept.documents.iter().filter(|document| document.rank.is_some()).take(SHOWN) {
        let rank = document.rank.unwrap_or_default();
        lines.push(format!(
            "{rank:>4}. {} ({} điểm, {}) {}",
            document.document,
            document.score,
            level(&document.level),
            document.title
        ));
        lines.extend(
            document.parts.iter().map(|part| format!("      +{} {} ({})", part.points, part.label, part.count)),
        );
        lines.extend(document.reasons.iter().take(3).map(|cause| format!("      · {}", reason(cause))));
        if document.proposal.form != "none" {
            lines.push(format!("      → {}", document.proposal.label));
        }
    }
    lines.extend(swept.notes.iter().map(|note| format!("⚠ {note}")));
    lines.join("\n")
}
