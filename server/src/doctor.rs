//! `rasoat doctor`: what is installed, what is missing, and the command that mends it.

use crate::command::Out;
use crate::failure::{Failure, Kind, Result, language};
use crate::http::page;
use crate::places::Places;
use crate::programs::Program;
use crate::setup;
use rasoat_model::{Encoder, Generator};
use serde::Serialize;

/// One thing looked at.
#[derive(Debug, Serialize)]
struct Item {
    what: &'static str,
    ok: bool,
    /// Whether Rasoat works without it.
    optional: bool,
    found: String,
    mend: Option<String>,
    /// Where it lies.
    path: Option<String>,
}

/// Looks at the installation.
///
/// # Errors
/// Exit code 4 when something needed is missing; it is listed first.
pub fn run(out: &Out, places: &Places) -> Result<()> {
    let mut items = Vec::new();
    let mut add = |what, found: std::result::Result<String, (String, String)>| {
        items.push(match found {
            Ok(found) => Item { what, ok: true, optional: false, found, mend: None, path: None },
            Err((found, mend)) => Item { what, ok: false, optional: false, found, mend: Some(mend), path: None },
        });
    };
    add(
        "encoder",
        match places.load_encoder() {
            Ok(encoder) => {
                Ok(format!("{} ({} chiều) ở {}", encoder.name(), encoder.dimension(), places.encoder().display()))
            }
            Err(failure) => Err((failure.message, "rasoat setup".into())),
        },
    );
    for package in setup::manifest()?.package {
        let target = setup::target(&package, places);
        if package.installs == setup::Installs::Corpus {
            add(
                "corpus",
                if setup::is_installed(&package, &target) {
                    Ok(format!("{} {} ở {}", package.name, package.version, target.display()))
                } else {
                    Err((format!("chưa có {} {}", package.name, package.version), "rasoat setup".into()))
                },
            );
        }
    }
    add(
        "store",
        match places.store.open().and_then(|store| store.counts()) {
            Ok(counts) if counts.documents == 0 => Err(("kho còn trống".into(), "rasoat import --corpus".into())),
            Ok(counts) if counts.embedded < counts.passages => Err((
                format!("{} trong {} đoạn chưa mã hóa", counts.passages - counts.embedded, counts.passages),
                "rasoat import --corpus".into(),
            )),
            Ok(counts) => Ok(format!(
                "{} văn bản, {} đơn vị, {} đoạn ở {}",
                counts.documents, counts.provisions, counts.passages, places.store
            )),
            Err(failure) => Err((failure.message, failure.hint)),
        },
    );
    add(
        "web",
        if page::is_built() {
            Ok("giao diện có trong chương trình".into())
        } else {
            Err(("giao diện chưa có trong chương trình".into(), "cargo xtask demo".into()))
        },
    );
    let generator = places.load_generator();
    items.push(Item {
        what: "generator",
        ok: matches!(generator, Ok(Some(_))),
        optional: true,
        found: match &generator {
            Ok(Some(generator)) => generator.name().to_owned(),
            Ok(None) => "chưa cấu hình, không bắt buộc; diễn đạt lại câu trả lời bằng lời dễ hiểu".to_owned(),
            Err(failure) => failure.message.clone(),
        },
        mend: match &generator {
            Ok(Some(_)) => None,
            Ok(None) => Some("[models] generator = \"….gguf\"".to_owned()),
            Err(failure) => Some(failure.hint.clone()),
        },
        path: places.generator.as_ref().map(|path| path.display().to_string()),
    });
    for program in Program::ALL {
        let purpose = program.purpose().text(language());
        let ok = program.is_ready();
        items.push(Item {
            what: program.name(),
            ok,
            optional: true,
            found: if ok { purpose.to_owned() } else { format!("chưa cài, không bắt buộc; {purpose}") },
            mend: (!ok).then(|| program.install().to_owned()),
            path: program.find().map(|path| path.display().to_string()),
        });
    }
    for item in items.iter_mut().filter(|item| !item.optional) {
        item.path = match item.what {
            "encoder" => Some(places.encoder().display().to_string()),
            "store" => Some(places.store.to_string()),
            _ => None,
        };
    }
    let missing = items.iter().filter(|item| !item.ok && !item.optional).count();
    out.show(&items, || {
        let lines: Vec<String> = items
            .iter()
            .map(|item| match &item.mend {
                None => format!("✓ {}: {}", item.what, item.found),
                Some(mend) if item.optional => format!("○ {}: {}; {mend}", item.what, item.found),
                Some(mend) => format!("✗ {}: {}; {mend}", item.what, item.found),
            })
            .collect();
        lines.join("\n")
    })?;
    match items.into_iter().find(|item| !item.ok && !item.optional) {
        None => Ok(()),
        Some(first) => Err(Failure {
            kind: Kind::Missing,
            code: "doctor.missing",
            message: format!("{missing} thứ còn thiếu"),
            hint: first.mend.unwrap_or_default(),
        }),
    }
}
