//! Who may do what: every role against every route, organisations that do not see each other, and the door itself.

use anyhow::Result;
use rasoat_tests::bad_files::decree;
use rasoat_tests::program::{Rasoat, with_copied_corpus, with_empty_store};
use rasoat_tests::service::Service;
use rasoat_tests::sign_on::Provider;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TODAY: &str = "2026-11-21";
const PASSWORD: &str = "cây đa bến nước";

/// A service that keeps accounts, and the secret of its first link.
fn keeping_accounts(rasoat: &Rasoat, folder: &std::path::Path, more: &str) -> Result<(Service, Option<String>)> {
    let file = folder.join("rasoat.toml");
    fs_err::write(&file, format!("[accounts]\nrequired = true\naddress = \"https://ra-soat.vn\"\n{more}"))?;
    let service = Service::with_arguments(rasoat, &["--config", file.to_str().unwrap()])?;
    let link = service.heard().iter().find_map(|line| line.split("https://ra-soat.vn/#/invitation/").nth(1));
    let secret = link.map(|rest| rest.trim().to_owned());
    Ok((service, secret))
}

/// A browser that is logged in.
struct Browser {
    cookie: String,
    csrf: String,
}

impl Browser {
    fn from(answer: &ureq::http::Response<String>) -> Self {
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.contains("HttpOnly; SameSite=Lax; Secure"), "{cookie}");
        let body: Value = serde_json::from_str(answer.body()).unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { cookie, csrf: body["csrf"].as_str().unwrap().to_owned() }
    }

    fn headers(&self) -> [(&str, &str); 2] {
        [("cookie", &self.cookie), ("x-rasoat-csrf", &self.csrf)]
    }

    fn ask(&self, service: &Service, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let answer = service.ask(method, path, &self.headers(), body).unwrap();
        (answer.status().as_u16(), serde_json::from_str(answer.body()).unwrap_or_default())
    }
}

/// Takes an invitation up.
fn join(service: &Service, secret: &str, login: &str) -> Result<Browser> {
    let taken = json!({"secret": secret, "login": login, "name": "Nguyễn Văn An", "password": PASSWORD});
    let answer = service.ask("POST", "/api/invitations/taken", &[], Some(&taken))?;
    assert_eq!(answer.status(), 201, "{}", answer.body());
    Ok(Browser::from(&answer))
}

/// Somebody of a role in an organisation, invited by an administrator.
fn invited(service: &Service, by: &Browser, role: &str, organisation: &str, login: &str) -> Result<Browser> {
    let wanted = json!({"role": role, "organisation": organisation});
    let (status, made) = by.ask(service, "POST", "/api/invitations", Some(&wanted));
    assert_eq!(status, 201, "{made}");
    join(service, made["secret"].as_str().unwrap(), login)
}

fn upload(service: &Service, headers: &[(&str, &str)], text: &str) -> Result<(u16, Value)> {
    upload_to(service, "/api/reviews", headers, text)
}

fn upload_to(service: &Service, path: &str, headers: &[(&str, &str)], text: &str) -> Result<(u16, Value)> {
    let boundary = "ranh-gioi-cua-mau-thu";
    let form = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"as_of\"\r\n\r\n{TODAY}\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{text}\r\n--{boundary}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={boundary}");
    let headers = [headers, &[("content-type", kind.as_str())]].concat();
    let answer = service.send("POST", path, &headers, form.into_bytes())?;
    Ok((answer.status().as_u16(), serde_json::from_str(answer.body()).unwrap_or_default()))
}

/// What each route asks for: `r` a reviewer may, `e` an evaluator, `a` an administrator, `c` a citizen, `t` a token that
/// may review. Written by hand, beside the table of the server.
const WHO: &[(&str, &str, &str)] = &[
    ("get", "/api/about", "creat"),
    ("get", "/api/provision", "creat"),
    ("get", "/api/status", "creat"),
    ("get", "/api/search", "creat"),
    ("get", "/api/document", "creat"),
    ("get", "/api/document/changes", "creat"),
    ("get", "/api/document/citing", "creat"),
    ("get", "/api/procedures", "creat"),
    ("get", "/api/procedures/{id}", "creat"),
    ("post", "/api/procedures", "a"),
    ("delete", "/api/procedures/{id}", "a"),
    ("get", "/api/sweeps", "rat"),
    ("get", "/api/sweeps/{id}", "rat"),
    ("post", "/api/ask", "creat"),
    ("get", "/api/reviews", "rat"),
    ("post", "/api/reviews", "rat"),
    ("get", "/api/reviews/{id}", "rat"),
    ("delete", "/api/reviews/{id}", "rat"),
    ("get", "/api/reviews/{id}/events", "rat"),
    ("get", "/api/reviews/{id}/result", "rat"),
    ("get", "/api/reviews/{id}/draft", "rat"),
    ("get", "/api/reviews/{id}/map", "rat"),
    ("get", "/api/reviews/{id}/docx", "rat"),
    ("get", "/api/reviews/{id}/export", "rat"),
    ("delete", "/api/reviews/{id}/content", "rat"),
    ("get", "/api/reviews/{id}/decisions", "rat"),
    ("put", "/api/reviews/{id}/decisions/{finding}", "rat"),
    ("delete", "/api/reviews/{id}/decisions/{finding}", "rat"),
    ("get", "/api/reviews/{id}/discussion", "rat"),
    ("post", "/api/reviews/{id}/findings/{finding}/comments", "rat"),
    ("delete", "/api/reviews/{id}/findings/{finding}/comments/{comment}", "rat"),
    ("put", "/api/reviews/{id}/findings/{finding}/assignee", "rat"),
    ("delete", "/api/reviews/{id}/findings/{finding}/assignee", "rat"),
    ("get", "/api/pack", "rat"),
    ("get", "/api/pack/{id}", "rat"),
    ("post", "/api/petitions", "creat"),
    ("get", "/api/petitions", "rat"),
    ("get", "/api/petitions/{number}", "creat"),
    ("patch", "/api/petitions/{number}", "rat"),
    ("get", "/api/session", "creat"),
    ("post", "/api/session", "creat"),
    ("get", "/api/sso", "creat"),
    ("get", "/api/sso/back", "creat"),
    ("post", "/api/invitations/taken", "creat"),
    ("post", "/api/password", "rea"),
    ("get", "/api/tokens", "rea"),
    ("post", "/api/tokens", "rea"),
    ("delete", "/api/tokens/{id}", "rea"),
    ("post", "/api/invitations", "a"),
    ("get", "/api/accounts", "a"),
    ("patch", "/api/accounts/{id}", "a"),
    ("get", "/api/organisations", "a"),
    ("post", "/api/organisations", "a"),
    ("patch", "/api/organisations/{id}", "a"),
    ("get", "/api/record", "a"),
    ("get", "/api/documents", "creat"),
    ("get", "/api/amendments", "rat"),
    ("get", "/api/amendments/{id}", "rat"),
    ("put", "/api/amendments/{id}", "rat"),
    ("delete", "/api/amendments/{id}", "rat"),
    ("get", "/api/evaluation-runs", "ea"),
    ("post", "/api/evaluation-runs", "ea"),
    ("get", "/api/evaluation-runs/{id}", "ea"),
    ("delete", "/api/evaluation-runs/{id}", "ea"),
    ("get", "/api/evaluations", "ea"),
    ("get", "/api/evaluations/{id}", "ea"),
    ("get", "/api/evaluations/{id}/page", "ea"),
    ("get", "/api/evaluations/{id}/overview", "ea"),
    ("get", "/api/evaluations/{id}/set", "ea"),
    ("get", "/api/evaluations/{id}/items", "ea"),
    ("get", "/api/evaluations/{id}/comparison", "ea"),
    ("get", "/api/imports", "a"),
    ("post", "/api/imports", "a"),
    ("get", "/api/imports/{id}", "a"),
    // Last: it ends the session that asks.
    ("delete", "/api/session", "creat"),
];

#[test]
fn every_role_against_every_route() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, secret) = keeping_accounts(&rasoat, folder.path(), "")?;
    let administrator = join(&service, &secret.unwrap(), "quan-tri")?;
    let reviewer = invited(&service, &administrator, "reviewer", "local", "ra-soat")?;
    let evaluator = invited(&service, &administrator, "evaluator", "local", "danh-gia")?;
    let wanted = json!({"name": "máy", "scopes": ["review", "administer"], "days": 1});
    let (status, token) = reviewer.ask(&service, "POST", "/api/tokens", Some(&wanted));
    assert_eq!(status, 201, "{token}");
    let bearer = format!("Bearer {}", token["secret"].as_str().unwrap());

    let description = service.json("/api/openapi.json")?;
    let mut described = BTreeMap::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((method.clone(), path.clone()), ());
        }
    }
    for (method, path, _) in WHO {
        let known = described.remove(&((*method).to_owned(), (*path).to_owned()));
        assert!(known.is_some(), "{method} {path} is not described");
    }
    assert!(described.is_empty(), "no word on who may do this: {described:?}");

    let (citizen, by_token) = (Vec::new(), vec![("authorization", bearer.as_str())]);
    for (method, path, may) in WHO {
        let asked = path.replace("{id}", "0").replace("{finding}", "f1").replace("{number}", "PA-2026-000001");
        let people = [
            ('c', citizen.clone()),
            ('r', reviewer.headers().to_vec()),
            ('e', evaluator.headers().to_vec()),
            ('a', administrator.headers().to_vec()),
            ('t', by_token.clone()),
        ];
        for (who, headers) in people {
            let answer = service.ask(&method.to_uppercase(), &asked, &headers, None)?;
            let status = answer.status().as_u16();
            let allowed = !(status == 401 || status == 403) || (*path == "/api/session" && *method == "post");
            assert_eq!(allowed, may.contains(who), "{who} {method} {path}: {status} {}", answer.body());
            assert!(status < 500, "{who} {method} {path}: {status} {}", answer.body());
        }
    }
    Ok(())
}

#[test]
fn an_organisation_does_not_see_another_s_drafts() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, secret) = keeping_accounts(&rasoat, folder.path(), "")?;
    let administrator = join(&service, &secret.unwrap(), "quan-tri")?;
    let (status, other) =
        administrator.ask(&service, "POST", "/api/organisations", Some(&json!({"name": "Sở Tư pháp tỉnh Y"})));
    assert_eq!(status, 201, "{other}");
    let ours = invited(&service, &administrator, "reviewer", "local", "ra-soat-1")?;
    let theirs = invited(&service, &administrator, "reviewer", other["id"].as_str().unwrap(), "ra-soat-2")?;

    let key = [ours.headers().as_slice(), &[("idempotency-key", "lan-1")]].concat();
    let (status, job) = upload(&service, &key, &decree(2))?;
    assert_eq!(status, 202, "{job}");
    let (status, again) = upload(&service, &key, &decree(2))?;
    assert_eq!((status, &again["id"]), (202, &job["id"]), "asked twice, begun once");
    let (status, problem) = upload(&service, &key, &decree(3))?;
    assert_eq!((status, &problem["error"]["code"]), (422, &"request.reused".into()));
    let id = job["id"].as_str().unwrap();

    for path in
        ["", "/events", "/result", "/draft", "/docx", "/export?format=json", "/decisions", "/discussion", "/map"]
    {
        let (status, problem) = theirs.ask(&service, "GET", &format!("/api/reviews/{id}{path}"), None);
        assert_eq!((status, &problem["error"]["code"]), (404, &"review.unknown".into()), "{path}");
    }
    for path in ["", "/content", "/decisions/f1"] {
        assert_eq!(theirs.ask(&service, "DELETE", &format!("/api/reviews/{id}{path}"), None).0, 404, "{path}");
    }
    let decision = json!({"verdict": "rejected"});
    assert_eq!(theirs.ask(&service, "PUT", &format!("/api/reviews/{id}/decisions/f1"), Some(&decision)).0, 404);
    assert_eq!(theirs.ask(&service, "GET", "/api/reviews", None), (200, json!([])));
    let (status, jobs) = ours.ask(&service, "GET", "/api/reviews", None);
    assert_eq!((status, jobs.as_array().unwrap().len()), (200, 1), "{jobs}");
    assert_eq!(ours.ask(&service, "GET", &format!("/api/reviews/{id}"), None).0, 200);
    // One page at a time.
    let answer = service.ask("GET", "/api/reviews?limit=1", &ours.headers(), None)?;
    let link = answer.headers()["link"].to_str()?.to_owned();
    let next = link.trim_start_matches('<').split('>').next().unwrap();
    assert_eq!(ours.ask(&service, "GET", next, None), (200, json!([])), "{link}");
    Ok(())
}

#[test]
fn the_door() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, secret) = keeping_accounts(&rasoat, folder.path(), "")?;
    let session = service.json("/api/session")?;
    assert_eq!((&session["role"], &session["vacant"]), (&"citizen".into(), &true.into()), "{session}");
    let weak = json!({"secret": secret, "login": "quan-tri", "name": "An", "password": "ngắn"});
    assert_eq!(service.ask("POST", "/api/invitations/taken", &[], Some(&weak))?.status(), 422);
    let browser = join(&service, secret.as_deref().unwrap(), "quan-tri")?;
    let taken = json!({"secret": secret, "login": "hai-2", "name": "An", "password": PASSWORD});
    assert_eq!(service.ask("POST", "/api/invitations/taken", &[], Some(&taken))?.status(), 404, "once");

    // A cookie alone changes nothing, nor does another site's page.
    let alone = [("cookie", browser.cookie.as_str())];
    let name = json!({"name": "Sở"});
    assert_eq!(service.ask("POST", "/api/organisations", &alone, Some(&name))?.status(), 403);
    let foreign = [browser.headers().as_slice(), &[("origin", "https://other.vn")]].concat();
    assert_eq!(service.ask("POST", "/api/organisations", &foreign, Some(&name))?.status(), 403);
    assert_eq!(browser.ask(&service, "POST", "/api/organisations", Some(&name)).0, 201);

    // Passwords: a wrong one, a new one, the old one no more.
    let log_in = |password: &str| {
        let login = json!({"login": "Quan-Tri", "password": password});
        service.ask("POST", "/api/session", &[], Some(&login)).unwrap()
    };
    assert_eq!(log_in("sai sai sai sai").status(), 401);
    let second = Browser::from(&log_in(PASSWORD));
    let wanted = json!({"current": PASSWORD, "new": "một mật khẩu khác"});
    assert_eq!(browser.ask(&service, "POST", "/api/password", Some(&wanted)).0, 204);
    assert_eq!(second.ask(&service, "GET", "/api/tokens", None).0, 401, "other sessions end");
    assert_eq!(browser.ask(&service, "GET", "/api/tokens", None).0, 200);
    assert_eq!(log_in(PASSWORD).status(), 401);
    for _ in 0..5 {
        log_in("sai sai sai sai");
    }
    let throttled = log_in("một mật khẩu khác");
    assert_eq!(throttled.status(), 429, "even the right one waits");
    assert!(throttled.headers()["retry-after"].to_str()?.parse::<u64>()? >= 1);

    assert_eq!(browser.ask(&service, "DELETE", "/api/session", None).0, 204);
    assert_eq!(browser.ask(&service, "GET", "/api/tokens", None).0, 401);
    let stale = [("authorization", "Bearer 00")];
    assert_eq!(service.ask("GET", "/api/about", &stale, None)?.status(), 401, "a program hears that its token is none");

    // What was done stands in the record, and no secret does.
    drop(service);
    let connection = rusqlite::Connection::open(rasoat.database())?;
    let mut acts = connection.prepare("SELECT act || ' ' || object || ' ' || detail FROM record ORDER BY position")?;
    let acts = acts.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    for act in
        ["invitation.made", "account.made", "session.refused", "session.begun", "account.password", "session.ended"]
    {
        assert!(acts.iter().any(|said| said.starts_with(act)), "{act}: {acts:?}");
    }
    assert!(!acts.iter().any(|said| said.contains("sai") || said.contains(secret.as_deref().unwrap())), "{acts:?}");
    // An administrator is there: no second link.
    let (_service, link) = keeping_accounts(&rasoat, folder.path(), "")?;
    assert_eq!(link, None);
    Ok(())
}

#[test]
fn an_evaluator_reads_reports_and_an_administrator_imports() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (reports, watch) = (folder.path().join("reports"), folder.path().join("den"));
    fs_err::create_dir_all(reports.join("lan-1"))?;
    fs_err::create_dir_all(&watch)?;
    let report = r#"{"schema":1,"provenance":{"version":"0.1.0","commit":null},"sets":[{"suite":"pairs","set":"a"}]}"#;
    fs_err::write(reports.join("lan-1/report.json"), report)?;
    let more = format!("[evaluation]\nreports = {:?}\n[corpus]\nwatch = {:?}\n", reports, watch);
    let (service, secret) = keeping_accounts(&rasoat, folder.path(), &more)?;
    let administrator = join(&service, &secret.unwrap(), "quan-tri")?;
    let evaluator = invited(&service, &administrator, "evaluator", "local", "danh-gia")?;
    let (status, rows) = evaluator.ask(&service, "GET", "/api/evaluations", None);
    assert_eq!((status, &rows[0]["sets"][0]), (200, &"pairs/a".into()), "{rows}");
    let answer = service.ask("GET", "/api/evaluations/lan-1", &evaluator.headers(), None)?;
    assert_eq!(answer.body(), report);
    let tag = answer.headers()["etag"].to_str()?.to_owned();
    let again = [evaluator.headers().as_slice(), &[("if-none-match", &tag)]].concat();
    assert_eq!(service.ask("GET", "/api/evaluations/lan-1", &again, None)?.status(), 304);
    assert_eq!(evaluator.ask(&service, "GET", "/api/evaluations/..%2f..", None).0, 404);

    let law = "Số: 901/2024/NĐ-CP\nNGHỊ ĐỊNH\nVề thử việc\nĐiều 1. Thử việc\nThời gian thử việc là 60 ngày.";
    let (status, import) = upload_to(&service, "/api/imports", &administrator.headers(), law)?;
    assert_eq!(status, 202, "{import}");
    fs_err::write(watch.join("b.txt"), law.replace("901", "902"))?;
    let path = format!("/api/imports/{}", import["id"].as_str().unwrap());
    let ended = |report: &Value| report["state"] == "done" || report["state"] == "failed";
    let until = std::time::Instant::now() + std::time::Duration::from_secs(300);
    let all = loop {
        let (_, all) = administrator.ask(&service, "GET", "/api/imports", None);
        let imports = all.as_array().unwrap();
        if imports.len() == 2 && imports.iter().all(ended) {
            break all;
        }
        assert!(std::time::Instant::now() < until, "{all}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    };
    let (_, import) = administrator.ask(&service, "GET", &path, None);
    assert_eq!((&import["state"], &import["report"][0]["outcome"]), (&"done".into(), &"new".into()), "{import}");
    assert_eq!(all[0]["report"][0]["document"], "902/2024/NĐ-CP", "what was put into the watched folder: {all}");
    drop(service);
    let held = rasoat.json(["status", "902/2024/NĐ-CP", "--as-of", TODAY, "--json"])?;
    assert_eq!(held["document"], "902/2024/NĐ-CP");
    Ok(())
}

#[test]
fn log_in_by_the_single_sign_on() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let Some(provider) = Provider::start("https://ra-soat.vn/api/sso/back")? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let secret = folder.path().join("secret");
    fs_err::write(&secret, "bi-mat\n")?;
    let sso = |issuer: &str| {
        format!(
            "[sso]\nname = \"VNeID\"\nissuer = \"{issuer}\"\nclient = \"rasoat\"\nsecret_file = {:?}\n",
            secret.display().to_string()
        )
    };
    let (service, _) = keeping_accounts(&rasoat, folder.path(), &sso(provider.issuer()))?;
    assert_eq!(service.json("/api/session")?["single_sign_on"], "VNeID");

    let cookie_of = |answer: &ureq::http::Response<String>, name: &str| {
        let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned());
        cookies.filter(|cookie| cookie.starts_with(name)).map(|c| c.split(';').next().unwrap().to_owned()).next()
    };
    let leave = || {
        let answer = service.ask_without_following("GET", "/api/sso", &[]).unwrap();
        assert_eq!(answer.status(), 303, "{}", answer.body());
        let url = answer.headers()["location"].to_str().unwrap().to_owned();
        (url, cookie_of(&answer, "rasoat-sso=").unwrap())
    };
    let come_back = |location: &str, waiting: &str| {
        let path = location.strip_prefix("https://ra-soat.vn").unwrap();
        service.ask_without_following("GET", path, &[("cookie", waiting)]).unwrap()
    };
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (url, waiting) = leave();
        let location = provider.log_in(&url, "binh")?;
        let answer = come_back(&location, &waiting);
        assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str()?), (303, "/"), "{}", answer.body());
        let session = cookie_of(&answer, "rasoat-session=").unwrap();
        let known = service.ask("GET", "/api/session", &[("cookie", &session)], None)?;
        let known: Value = serde_json::from_str(known.body())?;
        assert_eq!((&known["role"], &known["account"]["name"]), (&"reviewer".into(), &"Trần Thị binh".into()));
        ids.push(known["account"]["id"].clone());
        // The code is used up, and another's state is none of ours.
        assert_eq!(come_back(&location, &waiting).status(), 503);
    }
    assert_eq!(ids[0], ids[1], "the same person is the same account");
    let (url, _) = leave();
    let (_, of_another) = leave();
    let location = provider.log_in(&url, "binh")?;
    let answer = come_back(&location, &of_another);
    assert_eq!(answer.status(), 503);
    assert_eq!(cookie_of(&answer, "rasoat-session="), None);
    drop(service);
    drop(provider);

    // One that is away is told in a problem, not waited for.
    let (service, _) = keeping_accounts(&rasoat, folder.path(), &sso("http://127.0.0.1:1"))?;
    let answer = service.ask_without_following("GET", "/api/sso", &[])?;
    assert_eq!(answer.status(), 503, "{}", answer.body());
    Ok(())
}

#[test]
fn citizens_ask_as_often_as_the_configuration_allows() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (service, _) = keeping_accounts(&rasoat, folder.path(), "behind_proxy = true\n[serve]\nper_minute = 3\n")?;
    let ask = |from: &str| service.ask("GET", "/api/about", &[("x-forwarded-for", from)], None).unwrap();
    for _ in 0..3 {
        assert_eq!(ask("1.2.3.4").status(), 200);
    }
    let refused = ask("9.9.9.9, 1.2.3.4");
    assert_eq!(refused.status(), 429, "whatever comes before what the proxy says");
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(ask("5.6.7.8").status(), 200);
    Ok(())
}

#[test]
fn a_service_without_accounts_answers_under_names_of_this_machine_alone() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let service = Service::start(&rasoat)?;
    assert_eq!(service.json("/api/session")?["accounts"], false);
    assert_eq!(service.get("/api/reviews")?.status(), 200);
    for headers in [[("host", "ra-soat.example")], [("x-forwarded-for", "1.2.3.4")]] {
        assert_eq!(service.ask("GET", "/api/reviews", &headers, None)?.status(), 403, "{headers:?}");
    }
    let foreign = [("origin", "https://other.vn")];
    assert_eq!(service.ask("DELETE", "/api/session", &foreign, None)?.status(), 403);
    Ok(())
}
