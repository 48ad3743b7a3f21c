//! What Rasoat refuses, and how: one line for a person, an object for a program, a code for both. Never a panic.

use anyhow::Result;
use rasoat_tests::program::{with_copied_corpus, with_corpus, with_empty_store};
use rasoat_tests::{bad_files, samples};

/// The input is unusable.
const INPUT: i32 = 3;
/// Something is not installed.
const MISSING: i32 = 4;

#[test]
fn parse_refuses_what_is_not_a_document() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    for (what, file) in bad_files::all(folder.path())? {
        let outcome = rasoat.run(["parse", file.to_str().unwrap()])?;
        outcome.assert_refused(INPUT);
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(outcome.stderr.contains(name), "{what}: the message names the file: {}", outcome.stderr);
        rasoat.run(["parse", "--json", file.to_str().unwrap()])?.assert_refused_in_json(INPUT);
    }
    Ok(())
}

#[test]
fn review_refuses_a_draft_that_is_protected_by_a_password() -> Result<()> {
    let Some(rasoat) = with_corpus() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let protected = folder.path().join("mat-khau.docx");
    fs_err::write(&protected, bad_files::protected_docx())?;
    let outcome = rasoat.run(["review", protected.to_str().unwrap()])?;
    outcome.assert_refused(INPUT);
    assert!(outcome.stderr.contains("mật khẩu") || outcome.stderr.contains("password"), "{}", outcome.stderr);
    Ok(())
}

#[test]
fn parse_refuses_a_file_that_does_not_exist() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    rasoat.run(["parse", "khong-co.docx"])?.assert_refused(INPUT);
    rasoat.run(["parse", "--json", "khong-co.docx"])?.assert_refused_in_json(INPUT);
    Ok(())
}

#[test]
fn an_unknown_option_is_a_wrong_command_line() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    assert_eq!(rasoat.run(["review", "--no-such-option"])?.code, Some(2));
    assert_eq!(rasoat.run(["status", "45/2019/QH14", "--as-of", "31/02/2026"])?.code, Some(2));
    Ok(())
}

#[test]
fn embed_without_models_names_the_command_that_installs_them() -> Result<()> {
    let Some(rasoat) = with_empty_store() else { return Ok(()) };
    let models = tempfile::tempdir()?;
    let outcome = rasoat.run(["--models", models.path().to_str().unwrap(), "embed"])?;
    outcome.assert_refused(MISSING);
    assert!(outcome.stderr.contains("rasoat setup"), "{}", outcome.stderr);
    rasoat.run(["--json", "--models", models.path().to_str().unwrap(), "embed"])?.assert_refused_in_json(MISSING);
    Ok(())
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() -> Result<()> {
    let Some(rasoat) = with_copied_corpus() else { return Ok(()) };
    let database = rasoat.database();
    rusqlite::Connection::open(&database)?.execute("UPDATE meta SET value = '9999' WHERE key = 'schema'", [])?;
    let before = fs_err::read(&database)?;
    let draft = samples::all()[0].draft();
    for arguments in [&["status", "45/2019/QH14"][..], &["review", draft.to_str().unwrap()]] {
        let outcome = rasoat.run(arguments)?;
        outcome.assert_refused(MISSING);
        assert!(outcome.stderr.contains("9999"), "the message names the version found: {}", outcome.stderr);
    }
    rasoat.run(["--json", "status", "45/2019/QH14"])?.assert_refused_in_json(MISSING);
    assert!(before == fs_err::read(&database)?, "nothing is written to a store that is not understood");
    Ok(())
}
