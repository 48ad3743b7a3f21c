//! Evaluation as `eval/README.md` promises it, on a small set of our own: the same run twice says the same.

use anyhow::Result;
use rasoat_tests::program::{with_copied_corpus, with_corpus};
use rasoat_tests::samples;
use rasoat_tests::service::Service;
use serde_json::{Value, json};
use std::path::Path;

/// One set for each suite, invented.
fn write_sets(folder: &Path) -> Result<()> {
    let lines = |name: &str, lines: &[Value]| -> Result<()> {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        Ok(fs_err::write(folder.join(name), text)?)
    };
    let law = "Thời gian thử việc không quá 60 ngày đối với công việc cần trình độ từ cao đẳng trở lên.";
    let pair = |id: &str, draft: &str, label: &str, document: &str| json!({"id": id, "draft": draft, "law": law, "label": label, "law_ref": {"document": document, "eid": "art_1"}});
    lines(
        "pairs.jsonl",
        &[
            pair(
                "1",
                "Thời gian thử việc không quá 90 ngày đối với công việc cần trình độ cao đẳng.",
                "contradiction",
                "901/2020/NĐ-CP",
            ),
            pair(
                "2",
                "Thời gian thử việc nhiều nhất là 60 ngày với việc cần trình độ cao đẳng.",
                "consistent",
                "902/2020/NĐ-CP",
            ),
            pair("3", "Hồ sơ được lưu trữ trong 05 năm.", "unrelated", "903/2020/NĐ-CP"),
            pair("4", "Thời gian thử việc tối đa là 120 ngày.", "contradiction", "904/2020/NĐ-CP"),
        ],
    )?;
    let text = "Căn cứ Luật số 80/2015/QH13; Bộ luật số 45/2019/QH14 được áp dụng.";
    let cited = |number: &str, effect: &str| {
        let start = text.find(number).unwrap();
        json!({"start": start, "end": start + number.len(), "document": number, "effect": effect})
    };
    lines(
        "outdated.jsonl",
        &[json!({"id": "1", "document": "905/2018/NĐ-CP", "text": text, "as_of": "2026-11-21",
            "citations": [cited("80/2015/QH13", "expired"), cited("45/2019/QH14", "in_force")]})],
    )?;
    lines(
        "questions.jsonl",
        &[
            json!({"id": "1", "question": "Thời gian thử việc tối đa là bao lâu?", "as_of": "2026-11-21",
                "gold": [{"document": "45/2019/QH14", "eid": "art_25"}], "answerable": true, "must_contain": []}),
            json!({"id": "2", "question": "Giá vé tàu lên sao Hỏa là bao nhiêu?", "as_of": "2026-11-21",
                "gold": [], "answerable": false}),
        ],
    )?;
    let text = "Điều 1. Phạm vi điều chỉnh\n1. Thông tư này quy định:\na) Lưu trữ;\nđ) Văn thư.\n";
    let eids = ["art_1", "art_1__para_1", "art_1__para_1__point_a", "art_1__para_1__point_đ"];
    let provisions: Vec<Value> = eids.iter().map(|eid| json!({"eid": eid})).collect();
    lines("structure.jsonl", &[json!({"text": text, "provisions": provisions})])?;
    let text = "Theo khoản 2 Điều 15 Nghị định số 30/2020/NĐ-CP.";
    let start = text.find("khoản").unwrap();
    lines(
        "citations.jsonl",
        &[json!({"text": text, "citations": [{"start": start, "end": text.len() - 1, "role": "reference",
            "targets": [{"document": "30/2020/NĐ-CP", "document_name": null, "eid": "art_15__para_2"}]}]})],
    )?;
    let article = |id: &str, text: &str| json!({"id": id, "document": "901/2020/NĐ-CP", "title": id, "text": text});
    lines("corpus.jsonl", &[article("a", law), article("b", "Hồ sơ được lưu trữ trong 05 năm kể từ ngày tiếp nhận.")])?;
    lines("queries.jsonl", &[json!({"id": "q", "text": "Thử việc bao nhiêu ngày?"})])?;
    fs_err::write(folder.join("qrels.tsv"), "q\t0\ta\t1\n")?;
    let case = folder.join("drafts/one");
    fs_err::create_dir_all(&case)?;
    let draft = "NGHỊ ĐỊNH\nVề thử việc\nCăn cứ Luật Ban hành văn bản quy phạm pháp luật số 80/2015/QH13;\n\
                 Điều 1. Phạm vi điều chỉnh\nNghị định này quy định về thử việc.\n";
    let start = draft.find("Luật Ban").unwrap();
    fs_err::write(case.join("draft.txt"), draft)?;
    let gold = json!({"as_of": "2026-11-21",
        "findings": [{"check": "basis.expired", "start": start, "end": start + 20, "document": "64/2025/QH15"}]});
    Ok(fs_err::write(case.join("gold.json"), gold.to_string())?)
}

#[test]
fn evaluate_the_same_twice_and_find_nothing_changed() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    fs_err::create_dir(&data)?;
    write_sets(&data)?;
    let reports = ["a", "b"].map(|name| folder.path().join(name));
    for report in &reports {
        let arguments = ["eval", "all", "--json", "--data", data.to_str().unwrap(), "-o", report.to_str().unwrap()];
        let printed = rasoat.json(arguments)?;
        let mut suites: Vec<&str> =
            printed["sets"].as_array().unwrap().iter().map(|set| set["suite"].as_str().unwrap()).collect();
        suites.dedup();
        let all = ["retrieval", "pairs", "outcomes", "outdated", "answers", "structure", "citations", "speed"];
        assert_eq!(suites, all);
        // The invented draft's one fault is found, with its evidence.
        let outcomes = printed["sets"].as_array().unwrap().iter().find(|set| set["suite"] == "outcomes").unwrap();
        let review = outcomes["systems"].as_array().unwrap().iter().find(|of| of["system"] == "review").unwrap();
        assert_eq!(review["figures"]["recall"]["value"], 1.0, "{review}");
    }
    let mut compared = 0;
    for entry in fs_err::read_dir(&reports[0])? {
        let name = entry?.file_name();
        let written = |report: &Path| fs_err::read(report.join(&name));
        let times = ["timing.json", "report.html", "data.json", "outcomes.json"];
        if reports[0].join(&name).is_file() && !times.contains(&name.to_str().unwrap()) {
            assert!(written(&reports[0])? == written(&reports[1])?, "{} changed", name.display());
            compared += 1;
        }
    }
    assert!(compared > 15, "{compared} files were compared");
    let [a, b] = reports.each_ref().map(|report| report.to_str().unwrap());
    let comparison = rasoat.json(["eval", "compare", a, b, "--json"])?;
    assert_eq!(comparison["warnings"], json!([]));
    for system in comparison["systems"].as_array().unwrap() {
        for kind in ["better", "worse", "otherwise"] {
            assert_eq!(system[kind], json!([]), "{system}");
        }
    }
    Ok(())
}

#[test]
fn decide_on_findings_and_measure_by_the_decisions() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let sample = &samples::all()[0];
    let as_of = sample.as_of()?;
    let service = Service::start(&rasoat)?;
    let review = service.start_review("dự thảo.docx", &fs_err::read(sample.draft())?, &as_of)?;
    service.events(&review)?;
    let result = service.json(&format!("/api/reviews/{review}/result"))?;
    drop(service);
    let found: Vec<&str> = result["findings"].as_array().unwrap().iter().map(|of| of["id"].as_str().unwrap()).collect();
    assert!(found.len() >= 3, "{result}");

    // The first is accepted in the end, the second dismissed, the third reworded; of the others nobody said anything.
    let folder = tempfile::tempdir()?;
    let decisions = folder.path().join("decisions.jsonl");
    let line = |finding: &str, decision: &str| {
        format!("{}\n", json!({"review": review, "finding": finding, "decision": decision}))
    };
    let decided = [(0, "reject"), (0, "accept"), (1, "reject"), (2, "edit")];
    fs_err::write(&decisions, decided.map(|(at, decision)| line(found[at], decision)).concat())?;
    let set = folder.path().join("decided");
    let (file, data) = (decisions.to_str().unwrap(), set.to_str().unwrap());
    assert_eq!(rasoat.json(["eval", "decisions", file, "-o", data, "--json"])?["reviews"], 1);
    let gold: Value = serde_json::from_slice(&fs_err::read(set.join(&review).join("gold.json"))?)?;
    assert_eq!(gold["as_of"], as_of.as_str());
    assert_eq!((gold["findings"].as_array().unwrap().len(), gold["dismissed"].as_array().unwrap().len()), (2, 1));
    assert!(set.join(&review).join("draft.docx").is_file());

    let report = rasoat.json(["eval", "outcomes", "--data", data, "--json"])?;
    assert_eq!((&report["total"]["gold"], &report["total"]["matched"]), (&2.into(), &2.into()), "{report}");

    fs_err::write(&decisions, line("f999", "accept"))?;
    let outcome = rasoat.run(["eval", "decisions", file, "-o", data])?;
    outcome.assert_refused(3);
    assert!(outcome.stderr.contains("f999"), "{}", outcome.stderr);
    Ok(())
}

#[test]
fn evaluation_refuses_data_it_cannot_use_in_one_line() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let data = folder.path().to_str().unwrap();
    for suite in ["retrieval", "pairs", "outcomes", "outdated", "answers", "citations"] {
        let outcome = rasoat.run(["eval", suite, "--data", data])?;
        outcome.assert_refused(3);
        assert!(outcome.stderr.contains(data), "{}", outcome.stderr);
    }
    let file = folder.path().join("pairs.jsonl");
    fs_err::write(&file, "{\"id\":\"1\",\"draft\":\"a\",\"law\":\"b\",\"label\":\"unrelated\"}\n{\"id\":\"2\"}\n")?;
    let outcome = rasoat.run(["eval", "pairs", "-q", "--data", file.to_str().unwrap()])?;
    outcome.assert_refused(3);
    assert!(outcome.stderr.contains("pairs.jsonl line 2: missing field `draft`"), "{}", outcome.stderr);
    rasoat.run(["eval", "compare", data, data])?.assert_refused(3);
    Ok(())
}

#[test]
fn an_evaluation_runs_in_the_background_and_its_report_joins_the_others() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    fs_err::create_dir_all(folder.path().join("data/mau"))?;
    write_sets(&folder.path().join("data/mau"))?;
    let file = folder.path().join("rasoat.toml");
    fs_err::write(&file, "[evaluation]\ndata = \"data\"\nreports = \"reports\"\n")?;
    let service = Service::with_arguments(&rasoat, &["--config", file.to_str().unwrap()])?;
    let post = |body: &Value| -> Result<(u16, Value)> {
        let answer = service.ask("POST", "/api/evaluation-runs", &[], Some(body))?;
        Ok((answer.status().as_u16(), serde_json::from_str(answer.body()).unwrap_or_default()))
    };
    assert_eq!(post(&json!({"suite": "pairs", "data": "../mau"}))?.0, 404);
    assert_eq!(post(&json!({"suite": "none"}))?.0, 400);
    let (status, run) = post(&json!({"suite": "answers", "data": "mau"}))?;
    assert_eq!((status, &run["state"]), (202, &"running".into()), "{run}");
    let (status, refused) = post(&json!({"suite": "pairs", "data": "mau"}))?;
    assert_eq!((status, &refused["error"]["code"]), (409, &"evaluation.busy".into()), "{refused}");
    // Whoever asks meanwhile is answered.
    let asked = json!({"question": "Thời gian thử việc tối đa là bao lâu?", "as_of": "2026-11-21"});
    assert_eq!(service.post("/api/ask", &asked)?.status(), 200);
    let ended = |id: &str| -> Result<Value> {
        loop {
            let run = service.json(&format!("/api/evaluation-runs/{id}"))?;
            if run["state"] != "running" {
                return Ok(run);
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    };
    let id = run["id"].as_str().unwrap();
    let run = ended(id)?;
    assert_eq!((&run["state"], &run["error"]), (&"done".into(), &Value::Null), "{run}");
    let listed = service.json("/api/evaluations")?;
    assert_eq!((&listed[0]["id"], &listed[0]["sets"][0]), (&id.into(), &"answers/mau".into()), "{listed}");
    assert!(service.json(&format!("/api/evaluations/{id}/overview"))?["sets"].is_array());

    // One that is stopped leaves no report, and another may begin.
    let second = loop {
        let (status, run) = post(&json!({"suite": "all", "data": "mau"}))?;
        // The one before gives its place back a moment after it is told as done.
        if status == 202 {
            break run;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let second = second["id"].as_str().unwrap();
    let stopped = service.delete(&format!("/api/evaluation-runs/{second}"))?;
    assert_eq!(stopped.status(), 200);
    assert_eq!(ended(second)?["state"], "cancelled");
    assert_eq!(service.json("/api/evaluations")?.as_array().unwrap().len(), 1);
    let runs = service.json("/api/evaluation-runs")?;
    let states: Vec<&Value> = runs.as_array().unwrap().iter().map(|run| &run["state"]).collect();
    assert_eq!(states.len(), 2, "{runs}");
    let page = service.ask("GET", "/api/evaluation-runs?limit=1", &[], None)?;
    assert!(page.headers()["link"].to_str()?.contains("before="), "{:?}", page.headers());
    assert_eq!(service.delete("/api/evaluation-runs/0")?.status(), 404);
    Ok(())
}
