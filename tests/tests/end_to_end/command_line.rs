//! The command line as `contracts.md` promises it, on drafts and the corpus a person gets.

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::program::{Rasoat, with_corpus, with_empty_store};
use rasoat_tests::samples::{self, Place, Sample};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::OnceLock;

const TODAY: &str = "2026-11-21";

#[test]
fn parse_a_draft_into_its_provision_tree() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    for sample in samples::all() {
        let parsed = rasoat.json(["parse", "--json", sample.draft().to_str().unwrap()])?;
        assert_eq!(parsed["schema"], 1);
        let text = parsed["text"].as_str().unwrap();
        assert!(!text.contains('\r'), "line ends are normalised");
        let mut above = BTreeSet::new();
        for provision in parsed["provisions"].as_array().unwrap() {
            let words = &text[offset(provision, "start")..offset(provision, "end")];
            assert!(!words.trim().is_empty(), "{provision}");
            if let Some(parent) = provision["parent"].as_str() {
                assert!(above.contains(parent), "{parent} comes before {provision}");
            }
            above.insert(provision["eid"].as_str().unwrap());
        }
        assert!(above.contains("art_1") && above.contains("preamble"), "{}: {above:?}", sample.name());
    }
    Ok(())
}

#[test]
fn parse_a_text_from_standard_input() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let text = "Điều 1. Phạm vi điều chỉnh\n1. Thông tư này quy định:\na) Lưu trữ;\nđ) Văn thư.\n";
    let parsed = rasoat.run_with_input(["parse", "--json", "-"], text)?.json()?;
    let eids: Vec<_> =
        parsed["provisions"].as_array().unwrap().iter().map(|provision| provision["eid"].clone()).collect();
    assert!(
        eids.contains(&"art_1__para_1__point_a".into()) && eids.contains(&"art_1__para_1__point_đ".into()),
        "{eids:?}"
    );
    Ok(())
}

#[test]
fn cite_every_provision_that_a_citation_lists() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let text = "Thực hiện theo điểm b khoản 2 Điều 15 Nghị định số 30/2020/NĐ-CP và khoản 4 Điều này.";
    let found = rasoat.run_with_input(["cite", "--json"], text)?.json()?;
    let citations = found["citations"].as_array().unwrap();
    assert_eq!(citations.len(), 2, "{found}");
    for citation in citations {
        assert_eq!(citation["text"], text[offset(citation, "start")..offset(citation, "end")]);
    }
    let [first, second] = [&citations[0], &citations[1]].map(|citation| &citation["targets"][0]);
    assert_eq!(first["document"], "30/2020/NĐ-CP");
    assert_eq!(first["eid"], "art_15__para_2__point_b");
    assert_eq!(second["document"], Value::Null);
    assert_eq!((&second["relative"], &second["eid"]), (&true.into(), &"para_4".into()));
    Ok(())
}

#[test]
fn status_of_a_law_depends_on_the_day() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let effect =
        |document: &str, day: &str| -> Result<Value> { rasoat.json(["status", "--json", document, "--as-of", day]) };
    let today = effect("80/2015/QH13", TODAY)?;
    assert_eq!(today["effect"], "expired");
    assert_eq!(today["to"], "2025-04-01");
    let ended = today["events"].as_array().unwrap().iter().any(|event| event["by"] == "64/2025/QH15");
    assert!(ended, "the law that replaced it is named: {today}");
    assert_eq!(effect("80/2015/QH13", "2020-01-01")?["effect"], "in_force");
    assert_eq!(effect("80/2015/QH13", "2016-06-30")?["effect"], "not_yet_in_force");
    assert_eq!(effect("45/2019/QH14#art_25", TODAY)?["eid"], "art_25");
    Ok(())
}

#[test]
fn search_finds_the_provision_in_every_mode() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    for mode in ["hybrid", "dense", "lexical"] {
        let question = "thời gian thử việc tối đa đối với người quản lý doanh nghiệp";
        let found = rasoat.json(["search", "--json", question, "-k", "10", "--as-of", TODAY, "--mode", mode])?;
        assert!(found["took_ms"].is_u64(), "{found}");
        let hits = found["hits"].as_array().unwrap();
        assert_eq!(hits.len(), 10, "{mode}");
        for (index, hit) in hits.iter().enumerate() {
            assert_eq!(hit["rank"], index + 1);
            assert!(hit["text"].as_str().is_some_and(|text| !text.is_empty()) && hit["effect"].is_string(), "{hit}");
        }
        let found = hits.iter().any(|hit| {
            hit["document"] == "45/2019/QH14" && hit["eid"].as_str().is_some_and(|eid| eid.starts_with("art_25"))
        });
        assert!(found, "Article 25 of the Labour Code is among the first ten ({mode}): {hits:?}");
    }
    Ok(())
}

#[test]
fn review_points_at_the_words_and_at_the_law() -> Result<()> {
    let Some(reviews) = reviews() else { return Ok(()) };
    for Reviewed { sample, text, review } in reviews {
        assert_eq!(review["schema"], 1);
        assert_eq!(review["as_of"], sample.as_of()?.as_str());
        assert!(review["timing"]["total_ms"].is_u64());
        let ran: BTreeSet<_> = names(&review["checks"], "check");
        for check in review["checks"].as_array().unwrap() {
            assert!(check["ran"] == true || check["why_not"].is_string(), "a check that did not run says why: {check}");
        }
        for finding in review["findings"].as_array().unwrap() {
            let words = &text[offset(finding, "start")..offset(finding, "end")];
            assert_eq!(finding["quote"], words, "{finding}");
            assert!(ran.contains(finding["check"].as_str().unwrap()), "{finding}");
            assert!(["error", "warning", "note"].contains(&finding["severity"].as_str().unwrap()), "{finding}");
            assert!((0.0..=1.0).contains(&finding["confidence"].as_f64().unwrap()), "{finding}");
            assert!(!finding["message"].as_str().unwrap().is_empty(), "{finding}");
            let evidence = finding["evidence"].as_array().unwrap();
            assert!(!evidence.is_empty(), "a finding rests on evidence: {finding}");
            for proof in evidence {
                assert!(proof["document"].is_string() && !proof["quote"].as_str().unwrap().is_empty(), "{finding}");
            }
        }
        let ids = names(&review["findings"], "id");
        assert_eq!(ids.len(), review["findings"].as_array().unwrap().len(), "identifiers are unique");
    }
    Ok(())
}

#[test]
fn review_finds_every_planted_fault() -> Result<()> {
    let Some(reviews) = reviews() else { return Ok(()) };
    let mut missed = Vec::new();
    for Reviewed { sample, text, review } in reviews {
        for fault in sample.faults(text)? {
            let found = findings_at(review, &fault).any(|finding| is_about(finding, &fault));
            assert!(!(found && fault.missed), "{}: no longer missed: {:?}", sample.name(), fault.quote);
            if !found && !fault.missed {
                let instead: Vec<_> = findings_at(review, &fault).map(in_brief).collect();
                missed.push(format!(
                    "{}: {} {:?} by {:?}; found there: {instead:?}",
                    sample.name(),
                    fault.check,
                    fault.quote,
                    fault.documents
                ));
            }
        }
    }
    assert!(missed.is_empty(), "{} planted faults missed:\n{}", missed.len(), missed.join("\n"));
    Ok(())
}

#[test]
fn review_leaves_a_lawful_provision_alone() -> Result<()> {
    let Some(reviews) = reviews() else { return Ok(()) };
    let mut alarms = Vec::new();
    for Reviewed { sample, text, review } in reviews {
        for clean in sample.clean(text)? {
            let errors = findings_at(review, &clean).filter(|finding| finding["severity"] == "error");
            alarms.extend(errors.map(|finding| format!("{}: {:?}: {}", sample.name(), clean.quote, in_brief(finding))));
        }
    }
    assert!(alarms.is_empty(), "{} false alarms:\n{}", alarms.len(), alarms.join("\n"));
    Ok(())
}

#[test]
fn review_with_findings_fails_only_when_asked_to() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let draft = samples::all()[0].draft();
    let outcome = rasoat.run(["review", draft.to_str().unwrap(), "--as-of", TODAY, "--fail-on", "error"])?;
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("Luật Việc làm"), "findings are printed for a person: {}", outcome.stdout);
    Ok(())
}

#[test]
fn review_writes_its_findings_into_the_draft_as_comments() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("nhan-xet.docx");
    let draft = samples::all()[0].draft();
    let arguments =
        ["review", draft.to_str().unwrap(), "--as-of", TODAY, "--format", "docx", "-o", file.to_str().unwrap()];
    let outcome = rasoat.run(arguments)?;
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(fs_err::read(&file)?))?;
    let comments = std::io::read_to_string(archive.by_name("word/comments.xml")?)?;
    assert!(comments.contains("74/2025/QH15"), "a comment names the law: {comments}");
    Ok(())
}

#[test]
fn embed_a_text_a_line_into_vectors_of_length_one() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let text = "thời gian thử việc\nxử phạt vi phạm hành chính\n";
    let vectors = |kind: &str| -> Result<Vec<Vec<f64>>> {
        let lines = rasoat.run_with_input(["embed", "--kind", kind], text)?.json_lines()?;
        Ok(lines
            .iter()
            .map(|line| line["vector"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect())
            .collect())
    };
    let (queries, passages) = (vectors("query")?, vectors("passage")?);
    assert_eq!((queries.len(), passages.len()), (2, 2));
    for vector in queries.iter().chain(&passages) {
        let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
        assert!((length - 1.0).abs() < 1e-3, "{length}");
    }
    assert_ne!(queries, passages, "a query and a passage are encoded apart");
    Ok(())
}

#[test]
fn doctor_finds_nothing_missing() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let outcome = rasoat.run(["doctor"])?;
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(!outcome.stdout.trim().is_empty());
    rasoat.json(["doctor", "--json"])?;
    Ok(())
}

#[test]
fn import_tells_what_became_of_each_document() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    fs_err::write(folder.path().join("nghi-dinh.txt"), decree(1))?;
    fs_err::write(folder.path().join("anh.docx"), b"\xff\xd8\xff\xe0\x00\x10JFIF")?;
    let import = || rasoat.json(["import", "--json", folder.path().to_str().unwrap()]);
    let first = import()?;
    assert_eq!(
        (&first["stored"], &first["unchanged"], &first["refused"]),
        (&1.into(), &0.into(), &1.into()),
        "{first}"
    );
    let second = import()?;
    assert_eq!(
        (&second["stored"], &second["unchanged"], &second["embedded"]),
        (&0.into(), &1.into(), &0.into()),
        "{second}"
    );
    let refused =
        second["documents"].as_array().unwrap().iter().find(|document| document["outcome"] == "refused").unwrap();
    assert!(refused["error"]["hint"].is_string(), "{refused}");
    Ok(())
}

fn offset(value: &Value, field: &str) -> usize {
    value[field].as_u64().unwrap() as usize
}

fn names<'a>(list: &'a Value, field: &str) -> BTreeSet<&'a str> {
    list.as_array().unwrap().iter().map(|entry| entry[field].as_str().unwrap()).collect()
}

/// Findings of a review whose words overlap a place.
fn findings_at<'a>(review: &'a Value, place: &Place) -> impl Iterator<Item = &'a Value> {
    let span = place.span.clone();
    let findings = review["findings"].as_array().unwrap().iter();
    findings.filter(move |finding| offset(finding, "start") < span.end && offset(finding, "end") > span.start)
}

/// Whether a finding is of the fault's check and rests on one of its documents.
fn is_about(finding: &Value, fault: &Place) -> bool {
    let evidence = finding["evidence"].as_array().unwrap();
    let proven = |document: &String| evidence.iter().any(|proof| proof["document"] == document.as_str());
    finding["check"] == fault.check.as_str() && fault.documents.iter().any(proven)
}

fn in_brief(finding: &Value) -> String {
    let documents: Vec<_> = finding["evidence"].as_array().unwrap().iter().map(|proof| &proof["document"]).collect();
    format!("{} {:?} {documents:?}", finding["check"], finding["quote"])
}

/// A sample, its normalised text and its review.
struct Reviewed {
    sample: Sample,
    text: String,
    review: Value,
}

/// Every sample's review, made once for all tests; `None` without a corpus.
fn reviews() -> Option<&'static [Reviewed]> {
    static REVIEWS: OnceLock<Vec<Reviewed>> = OnceLock::new();
    let rasoat = with_corpus()?;
    let review = |sample: Sample| review(&rasoat, sample).unwrap();
    Some(REVIEWS.get_or_init(|| samples::all().into_iter().map(review).collect()))
}

fn review(rasoat: &Rasoat, sample: Sample) -> Result<Reviewed> {
    let draft = sample.draft().to_str().unwrap().to_owned();
    let text = rasoat.json(["parse", "--json", &draft])?["text"].as_str().unwrap().to_owned();
    let review = rasoat.json(["review", &draft, "--as-of", &sample.as_of()?, "--format", "json"])?;
    Ok(Reviewed { sample, text, review })
}
