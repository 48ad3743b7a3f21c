//! Everything continuous integration runs, cheapest first.

use crate::build::{self, native};
use crate::steps::{Steps, cargo, program, root, run as run_command, say};
use crate::{lint, postgres, tools, web};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// Runs every check and every test, and prints what each step took.
pub fn run(steps: &mut Steps) -> Result<()> {
    let outcome = all(steps);
    steps.summary();
    outcome
}

fn all(steps: &mut Steps) -> Result<()> {
    fs_err::create_dir_all(root().join("target"))?;
    steps.step("check the tools", tools::check)?;
    let browser = steps.step("check the browser", browser)?;
    let office = steps.step("check LibreOffice and Tesseract", office)?;
    lint::quick(steps)?;
    steps.step("layering and house rules", || run_command(cargo().args(["test", "--locked", "--package", "xtask"])))?;
    // Before anything that compiles the server, which embeds it. What runs in the browser by itself brings every room that
    // must build for it.
    steps.step("build the front end and the rooms for the browser", web::build)?;
    lint::thorough(steps)?;
    steps.step("lint and test the front end's modules", || run_command(&mut build::frontend_tests()))?;
    let rasoat = steps.step("build rasoat and the tests", || build::rasoat(true))?;
    steps.step("install the models and the corpus", || run_command(program(&rasoat).arg("setup")))?;
    let axe = steps.step("fetch the accessibility checker", tools::accessibility)?;
    let store = root().join("target/e2e-store");
    steps.step("import the corpus for the tests (minutes, the first time)", || import(&rasoat, &store))?;
    let postgres = steps.step("start PostgreSQL for the tests", postgres::start)?;
    let single_sign_on = steps.step("install a single sign-on for the tests", single_sign_on)?;
    let prober = steps.step("install what probes the API", prober)?;
    steps.step("test", || {
        let mut test = native("test");
        test.args(["--bins", "--lib", "--tests", "--no-fail-fast"]);
        test.env("RASOAT_BIN", &rasoat).env("RASOAT_E2E_STORE", &store).env("RASOAT_ENCODER_MODULE", web::private());
        for (present, variable) in [(browser, "RASOAT_NO_BROWSER"), (office, "RASOAT_NO_OFFICE")] {
            if !present {
                test.env(variable, "1");
            }
        }
        if let Some(axe) = &axe {
            test.env("RASOAT_AXE", axe);
        }
        match &single_sign_on {
            Some(folder) => test.env("RASOAT_TEST_OIDC", folder),
            None => test.env("RASOAT_NO_OIDC", "1"),
        };
        if let Some(program) = &prober {
            test.env("RASOAT_TEST_SCHEMATHESIS", program);
        }
        if let Some(server) = &postgres {
            test.env("RASOAT_TEST_POSTGRES", server.address());
        }
        run_command(&mut test)
    })
}

/// Whether the browser test can run; where nobody would notice that it did not, its absence is an error.
fn browser() -> Result<bool> {
    let present = tools::browser()?;
    if !present {
        let command = "sudo apt-get install chromium chromium-driver";
        if std::env::var("CI").is_ok_and(|value| value == "true") {
            bail!("Chromium or its driver is missing; run `{command}`");
        }
        say(&format!("the browser test is skipped: Chromium or its driver is missing; run `{command}`"));
    }
    Ok(present)
}

/// Whether files can be tried that need LibreOffice or Tesseract; as with the browser, their absence is an error where
/// nobody would notice.
fn office() -> Result<bool> {
    let present = tools::office()?;
    if !present {
        let command = "sudo apt-get install libreoffice-writer-nogui fonts-liberation poppler-utils tesseract-ocr tesseract-ocr-vie";
        if std::env::var("CI").is_ok_and(|value| value == "true") {
            bail!("LibreOffice, poppler or Tesseract is missing; run `{command}`");
        }
        say(&format!(
            "old formats and scans are not tried: LibreOffice, poppler or Tesseract is missing; run `{command}`"
        ));
    }
    Ok(present)
}

/// What sends requests made from the API's own description.
const PROBER: &str = "schemathesis==4.32.5";

/// That program, from the Python registry; its absence is an error where nobody would notice.
fn prober() -> Result<Option<PathBuf>> {
    match tools::environment(&root().join("target/schemathesis"), &[PROBER]) {
        Ok(python) => Ok(Some(python.with_file_name("schemathesis"))),
        Err(error) if std::env::var("CI").is_ok_and(|value| value == "true") => Err(error),
        Err(error) => {
            say(&format!("the API is not held against its description: {error:#}"));
            Ok(None)
        }
    }
}

/// The version of the OpenID Connect provider that logins are tried with.
const SINGLE_SIGN_ON: &str = "oidc-provider@9.13.3";

/// The folder of an OpenID Connect provider from the Node registry; `None` where there is no Node, and the reason is said.
fn single_sign_on() -> Result<Option<PathBuf>> {
    let folder = root().join("target/oidc");
    fs_err::create_dir_all(&folder)?;
    let mut npm = program("npm");
    npm.current_dir(&folder).args(["install", "--no-save", "--no-audit", "--no-fund", "--silent", SINGLE_SIGN_ON]);
    let installed = folder.join("node_modules/oidc-provider").is_dir() || run_command(&mut npm).is_ok();
    if !installed {
        let why = "Node's npm is missing or cannot reach its registry; `apt-get install nodejs npm` installs it";
        say(&format!("logins by a single sign-on are not tried: {why}"));
    }
    Ok(installed.then_some(folder))
}

/// The store that the end-to-end tests share; importing again changes nothing and takes seconds.
fn import(rasoat: &Path, store: &Path) -> Result<()> {
    run_command(program(rasoat).arg("--store").arg(store).args(["import", "--corpus"]))
}
