//! The standing review of a body of law, on documents of our own writing: order, reasons, lists, interruption.

use anyhow::{Result, ensure};
use rasoat_tests::program::{Rasoat, with_empty_store};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

const TODAY: &str = "2026-11-21";

fn document(number: &str, kind: &str, issuer: &str, title: &str, issued: &str, effective: &str, body: &str) -> String {
    format!(
        "{issuer}\nSố: {number}\nHà Nội, ngày {issued}\n{kind}\n{title}\n{body}\nĐiều 9. Hiệu lực thi hành\n\
         {kind} này có hiệu lực từ ngày {effective}.\n"
    )
}

/// A decree with an amendment, a circular that cites the amended paragraph, one that cites another, a circular on a law
/// that is gone, and one that nothing came after.
fn body_of_law(folder: &Path) -> Result<()> {
    let decree = document(
        "901/2020/NĐ-CP",
        "NGHỊ ĐỊNH",
        "CHÍNH PHỦ",
        "Về kho lưu trữ hồ sơ",
        "01 tháng 02 năm 2020",
        "01 tháng 4 năm 2020",
        "Điều 1. Nộp hồ sơ\n1. Thời hạn nộp hồ sơ là 10 ngày.\n2. Hồ sơ nộp tại kho.\nĐiều 2. Mượn hồ sơ\n1. Được mượn 5 ngày.\n2. Mượn phải có giấy.",
    );
    let amendment = document(
        "903/2023/NĐ-CP",
        "NGHỊ ĐỊNH",
        "CHÍNH PHỦ",
        "Sửa đổi, bổ sung một số điều của Nghị định số 901/2020/NĐ-CP",
        "01 tháng 02 năm 2023",
        "01 tháng 4 năm 2023",
        "Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 901/2020/NĐ-CP\n1. Sửa đổi, bổ sung khoản 1 Điều 1 như sau:\n“1. Thời hạn nộp hồ sơ là 30 ngày.”\n2. Bãi bỏ khoản 2 Điều 2.",
    );
    let cites = |number: &str, title: &str, what: &str| {
        document(
            number,
            "THÔNG TƯ",
            "BỘ NỘI VỤ",
            title,
            "01 tháng 02 năm 2021",
            "01 tháng 4 năm 2021",
            &format!("Điều 1. Thực hiện\n1. Kho thực hiện theo {what}.\n2. Kho lập sổ."),
        )
    };
    let files = [
        decree,
        amendment,
        cites("904/2021/TT-BNV", "Về nhận hồ sơ", "khoản 1 Điều 1 Nghị định số 901/2020/NĐ-CP"),
        cites("905/2021/TT-BNV", "Về nơi nhận hồ sơ", "khoản 2 Điều 1 Nghị định số 901/2020/NĐ-CP"),
        cites("906/2021/TT-BNV", "Về mượn hồ sơ", "khoản 2 Điều 2 Nghị định số 901/2020/NĐ-CP"),
        cites("907/2021/TT-BNV", "Về soạn thảo văn bản", "Luật Ban hành văn bản quy phạm pháp luật số 80/2015/QH13"),
        cites("908/2021/TT-BNV", "Về sổ kho", "hướng dẫn của thủ kho"),
    ];
    for (name, text) in files.iter().enumerate() {
        fs_err::write(folder.join(format!("{name}.txt")), text)?;
    }
    Ok(())
}

/// A store with these documents; no model is needed.
fn with_documents(fill: impl Fn(&Path) -> Result<()>) -> Result<Option<Rasoat>> {
    let Some(rasoat) = with_empty_store() else { return Ok(None) };
    let folder = tempfile::tempdir()?;
    fill(folder.path())?;
    import(&rasoat, folder.path())?;
    Ok(Some(rasoat))
}

fn import(rasoat: &Rasoat, folder: &Path) -> Result<()> {
    let nowhere = rasoat.store().with_file_name("no-models");
    let outcome = rasoat.run(["import", "-q", "--models", nowhere.to_str().unwrap(), folder.to_str().unwrap()])?;
    ensure!(outcome.code == Some(0), "{outcome:?}");
    Ok(())
}

fn sweep(rasoat: &Rasoat, more: &[&str]) -> Result<Value> {
    rasoat.json(["sweep", "--json", "--as-of", TODAY].iter().chain(more).copied())
}

fn of<'a>(swept: &'a Value, number: &str) -> &'a Value {
    swept["documents"].as_array().unwrap().iter().find(|document| document["document"] == number).unwrap()
}

fn triggers(document: &Value) -> Vec<&str> {
    document["parts"].as_array().unwrap().iter().map(|part| part["trigger"].as_str().unwrap()).collect()
}

#[test]
fn what_came_later_is_the_reason_and_the_provision_that_proves_it_is_named() -> Result<()> {
    let Some(rasoat) = with_documents(body_of_law)? else { return Ok(()) };
    let swept = sweep(&rasoat, &[])?;
    assert_eq!(swept["counts"]["selected"], 7, "{swept}");
    let changed = of(&swept, "904/2021/TT-BNV");
    assert_eq!(triggers(changed), ["cited.changed"], "{changed}");
    assert_eq!(changed["level"], "look");
    let reason = &changed["reasons"][0];
    assert_eq!((&reason["eid"], &reason["since"]), (&"art_1__para_1".into(), &"2023-04-01".into()));
    assert_eq!(reason["evidence"]["document"], "903/2023/NĐ-CP");
    assert!(reason["evidence"]["quote"].as_str().unwrap().contains("30 ngày"), "{reason}");
    let gone = of(&swept, "906/2021/TT-BNV");
    assert!(triggers(gone).contains(&"cited.part_ended"), "{gone}");
    assert_eq!((&gone["level"], &gone["proposal"]["form"]), (&"act".into(), &"amend".into()));
    let old_law = of(&swept, "907/2021/TT-BNV");
    assert!(triggers(old_law).contains(&"cited.ended"), "{old_law}");
    for quiet in ["905/2021/TT-BNV", "908/2021/TT-BNV"] {
        let quiet = of(&swept, quiet);
        assert_eq!((&quiet["rank"], &quiet["level"]), (&Value::Null, &"nothing".into()), "{quiet}");
    }
    for document in swept["documents"].as_array().unwrap() {
        let sum: f64 = document["parts"].as_array().unwrap().iter().map(|part| part["points"].as_f64().unwrap()).sum();
        assert!((sum - document["score"].as_f64().unwrap()).abs() < 1e-6, "the score is explained: {document}");
    }
    let in_force = swept["lists"]["in_force"]["groups"][0]["rows"].as_array().unwrap().len();
    let partly = &swept["lists"]["partly_expired"]["groups"][0]["rows"];
    assert_eq!(in_force, 7);
    assert!(partly[0].to_string().contains("901/2020/NĐ-CP"), "{partly}");
    let action = swept["lists"]["action"].to_string();
    assert!(action.contains("906/2021/TT-BNV") && action.contains("907/2021/TT-BNV"), "{action}");
    assert!(!action.contains("908/2021/TT-BNV"), "{action}");
    Ok(())
}

#[test]
fn a_sweep_by_issuer_goes_over_its_documents_alone_and_an_unknown_issuer_is_refused() -> Result<()> {
    let Some(rasoat) = with_documents(body_of_law)? else { return Ok(()) };
    let swept = sweep(&rasoat, &["--issuer", "Bộ Nội vụ"])?;
    assert_eq!(swept["counts"]["selected"], 5, "{swept}");
    let swept = sweep(&rasoat, &["--field", "mượn hồ sơ"])?;
    assert_eq!(swept["counts"]["selected"], 1, "{swept}");
    rasoat.run(["sweep", "--issuer", "Bộ Không Có"])?.assert_refused(3);
    rasoat.run(["sweep", "--json", "--as-of", "hôm nay"])?.assert_refused_in_json(2);
    Ok(())
}

#[test]
fn the_tables_are_written_as_files_people_hand_in() -> Result<()> {
    let Some(rasoat) = with_documents(body_of_law)? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let to = folder.path().join("ra-soat");
    let arguments = ["sweep", "-q", "--as-of", TODAY, "--format", "csv,xlsx,docx", "-o", to.to_str().unwrap()];
    let outcome = rasoat.run(arguments)?;
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("906/2021/TT-BNV"), "{}", outcome.stdout);
    for name in ["thu-tu-uu-tien", "con-hieu-luc", "het-hieu-luc-toan-bo", "het-hieu-luc-mot-phan", "can-xu-ly"] {
        for format in ["csv", "xlsx", "docx"] {
            let bytes = fs_err::read(to.join(format!("{name}.{format}")))?;
            assert!(bytes.starts_with(b"PK") || (format == "csv" && !bytes.is_empty()), "{name}.{format}");
        }
    }
    let whole: Value = serde_json::from_slice(&fs_err::read(to.join("ra-soat.json"))?)?;
    assert_eq!(whole["schema"], 1);
    Ok(())
}

#[test]
fn a_second_sweep_reviews_nothing_and_a_changed_document_only_what_rests_on_it() -> Result<()> {
    let Some(rasoat) = with_documents(body_of_law)? else { return Ok(()) };
    let first = sweep(&rasoat, &[])?;
    assert_eq!((&first["run"]["reviewed"], &first["run"]["resumed"]), (&7.into(), &0.into()));
    let second = sweep(&rasoat, &[])?;
    assert_eq!((&second["run"]["reviewed"], &second["run"]["resumed"]), (&0.into(), &7.into()));
    assert_eq!(without_run(first), without_run(second.clone()));
    let other_day = rasoat.json(["sweep", "--json", "--as-of", "2022-01-01"])?;
    assert_eq!(other_day["run"]["resumed"], 0);
    let folder = tempfile::tempdir()?;
    body_of_law(folder.path())?;
    for (name, stays) in [(0, false), (1, false), (2, true), (3, false), (4, false), (5, false), (6, false)] {
        let file = folder.path().join(format!("{name}.txt"));
        if stays {
            let text = fs_err::read_to_string(&file)?.replace("Kho lập sổ", "Kho lập sổ nhận");
            fs_err::write(&file, text)?;
        } else {
            fs_err::remove_file(&file)?;
        }
    }
    import(&rasoat, folder.path())?;
    let third = sweep(&rasoat, &[])?;
    assert_eq!((&third["run"]["reviewed"], &third["run"]["resumed"]), (&1.into(), &6.into()), "{third}");
    let anew = sweep(&rasoat, &["--anew"])?;
    assert_eq!(anew["run"]["reviewed"], 7);
    assert_eq!(without_run(third), without_run(anew));
    Ok(())
}

fn without_run(mut swept: Value) -> Value {
    swept["run"] = Value::Null;
    swept
}

/// Many documents that cite what was amended.
fn a_large_body(folder: &Path) -> Result<()> {
    body_of_law(folder)?;
    let norms: String = (2..=8)
        .map(|article| {
            format!("Điều {article}. Việc {article}\n1. Thực hiện theo khoản 1 Điều 1 Nghị định số 901/2020/NĐ-CP.\n2. Theo khoản 2 Điều 1 Luật số 80/2015/QH13.\n")
        })
        .collect();
    for number in 1..=160 {
        let text = document(
            &format!("{number}/2021/TT-BNV"),
            "THÔNG TƯ",
            "BỘ NỘI VỤ",
            "Về kho",
            "01 tháng 02 năm 2021",
            "01 tháng 4 năm 2021",
            &format!("Điều 1. Kho\n1. Có kho.\n{}", norms.trim_end()),
        );
        fs_err::write(folder.join(format!("n{number}.txt")), text)?;
    }
    Ok(())
}

#[test]
fn a_sweep_that_is_killed_goes_on_where_it_was_and_ends_as_one_that_was_not() -> Result<()> {
    let Some(rasoat) = with_documents(a_large_body)? else { return Ok(()) };
    let journal = rasoat.store().join("sweeps").join(format!("{TODAY}.jsonl"));
    let lines = || fs_err::read_to_string(&journal).map_or(0, |text| text.matches('\n').count());
    let mut running = rasoat.start(["sweep", "--json", "--as-of", TODAY])?;
    let patience = Instant::now() + Duration::from_secs(300);
    while lines() < 20 && running.try_wait()?.is_none() && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(1));
    }
    running.kill()?;
    running.wait()?;
    // The head, and a line a document; the one in work may be lost.
    let done = lines().saturating_sub(1);
    ensure!(done >= 10, "nothing was done before the kill: {done}");
    let resumed = sweep(&rasoat, &[])?;
    let (taken, reviewed) = (resumed["run"]["resumed"].as_u64().unwrap(), resumed["run"]["reviewed"].as_u64().unwrap());
    assert_eq!(taken + reviewed, 167, "{}", resumed["run"]);
    assert_eq!(taken as usize, done, "what was done is not done again");
    let whole = sweep(&rasoat, &["--anew"])?;
    assert_eq!(without_run(resumed), without_run(whole));
    Ok(())
}
