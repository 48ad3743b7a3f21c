//! A person at a page in the real browser: waits until something can be seen, types, clicks, presses keys; and the
//! accessibility of what they see, by axe-core where it is installed.

use crate::browser::{self, Browser};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a page may take to show what it was asked for, on a machine that does other things as well.
pub const SOON: Duration = Duration::from_secs(60);

/// Where the pictures of the pages go.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/e2e")
}

/// A person at a page of a service.
pub struct Reader {
    browser: Browser,
    address: String,
    /// What is looked at, by its selector; empty for the top of the page.
    looked_at: RefCell<String>,
}

impl Reader {
    /// Somebody who opens the service; `None` where there is no browser, and the reason is said.
    pub fn at(address: &str) -> Option<Result<Self>> {
        browser::start()
            .map(|browser| Ok(Self { browser: browser?, address: address.to_owned(), looked_at: RefCell::default() }))
    }

    /// Opens a place of the application, such as `#/ask`, as somebody who follows a link from elsewhere.
    pub fn open(&self, place: &str) -> Result<()> {
        self.looked_at.take();
        // Another hash alone loads nothing; a blank page between makes it a visit of its own.
        self.browser.open("about:blank")?;
        self.browser.open(&format!("{}/{place}", self.address))
    }

    /// Brings what a selector names to the top of the window, also when the page is inspected at another width.
    pub fn look_at(&self, selector: &str) -> Result<()> {
        self.looked_at.replace(selector.to_owned());
        self.look()
    }

    fn look(&self) -> Result<()> {
        let selector = Value::from(self.looked_at.borrow().as_str());
        let script = format!("if ({selector}) document.querySelector({selector})?.scrollIntoView()");
        self.browser.script(&script).map(drop)
    }

    /// Waits for what a selector names and clicks it.
    pub fn click(&self, selector: &str) -> Result<()> {
        let until = Instant::now() + SOON;
        loop {
            let element = self.browser.wait_for(selector, SOON)?;
            // What was drawn anew between the two is looked for once more.
            match self.browser.click(&element) {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > until => return Err(error.context(format!("clicking {selector}"))),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Puts a text in a field, in place of what it holds.
    pub fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let element = self.browser.wait_for(selector, SOON)?;
        self.browser.script(&format!(
            "const field = document.querySelector({}); field.value = ''; field.dispatchEvent(new Event('input'));",
            Value::from(selector)
        ))?;
        self.browser.type_into(&element, text)
    }

    /// Chooses a file in a field for files.
    pub fn choose(&self, selector: &str, file: &Path) -> Result<()> {
        let element = self.browser.wait_for(selector, SOON)?;
        let file = fs_err::canonicalize(file)?;
        self.browser.type_into(&element, file.to_str().context("a path that is no text")?)
    }

    /// Saves what the page shows now.
    pub fn picture(&self, name: &str) -> Result<()> {
        self.browser.save_picture(&pictures().join(format!("{name}.png")))
    }

    /// Presses a key wherever the keyboard is.
    pub fn press(&self, key: &str) -> Result<()> {
        let focused = self.browser.focused()?;
        self.browser.type_into(&focused, key)
    }

    /// Waits until what a selector names shows some words, and returns all it shows.
    pub fn see(&self, selector: &str, words: &str) -> Result<String> {
        let until = Instant::now() + SOON;
        loop {
            let shown = self.shown(selector)?;
            if let Some(shown) = shown.iter().find(|shown| shown.contains(words)) {
                return Ok(shown.clone());
            }
            if Instant::now() > until {
                let log = self.browser.log();
                bail!("no {selector} shows `{words}`, but {shown:?}; the browser's log: {log}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until nothing is named by a selector any more.
    pub fn see_no(&self, selector: &str) -> Result<()> {
        let until = Instant::now() + SOON;
        while !self.shown(selector)?.is_empty() {
            ensure!(Instant::now() < until, "{selector} is still there");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// What each element that a selector names shows now.
    pub fn shown(&self, selector: &str) -> Result<Vec<String>> {
        let script = format!(
            "return Array.from(document.querySelectorAll({}), found => found.innerText ?? '')",
            Value::from(selector)
        );
        let texts = self.browser.script(&script)?;
        let texts = texts.as_array().context("no list of texts")?.iter();
        Ok(texts.map(|text| text.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// What a field holds.
    pub fn value(&self, selector: &str) -> Result<String> {
        self.browser.wait_for(selector, SOON)?;
        let script = format!("return document.querySelector({}).value", Value::from(selector));
        Ok(self.browser.script(&script)?.as_str().unwrap_or_default().to_owned())
    }

    /// What a script, run in the page, returns.
    pub fn script(&self, script: &str) -> Result<Value> {
        self.browser.script(script)
    }

    /// What a script hands to the function that is its last argument.
    pub fn script_later(&self, script: &str) -> Result<Value> {
        self.browser.script_later(script)
    }

    /// Where the page is: the address behind the `#`, with it.
    pub fn place(&self) -> Result<String> {
        Ok(self.browser.script("return location.hash")?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page is at a place.
    pub fn arrive(&self, place: &str) -> Result<()> {
        let until = Instant::now() + SOON;
        while self.place()? != place {
            ensure!(Instant::now() < until, "the page is at {}, not at {place}", self.place()?);
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// Holds what is shown now to what every page must keep, at the width of a telephone and of a desk: nothing runs
    /// over the edge, axe-core finds nothing serious in light or dark, no script failed. Keeps a picture of each.
    pub fn inspect(&self, name: &str) -> Result<()> {
        for width in [390_u32, 1280] {
            self.browser.resize(width, 900)?;
            self.look()?;
            let wide = self.browser.script("return document.documentElement.scrollWidth - window.innerWidth")?;
            let inner = self.browser.script("return window.innerWidth")?;
            self.browser.save_picture(&pictures().join(format!("{name}-{width}.png")))?;
            ensure!(wide.as_i64().is_some_and(|over| over <= 0), "{name} is {wide} px too wide for {inner} px");
            for scheme in ["light", "dark"] {
                self.browser.prefer(scheme)?;
                let found = self.serious_violations()?;
                ensure!(found.is_empty(), "{name} at {width} px, {scheme}: {found:#?}");
            }
            self.browser.prefer("light")?;
        }
        let errors: Vec<String> = self.log_of_failures();
        ensure!(errors.is_empty(), "{name}: a script failed: {errors:?}");
        Ok(())
    }

    /// Makes the window as wide as a device.
    pub fn at_width(&self, width: u32) -> Result<()> {
        self.browser.resize(width, 900)
    }

    /// Keeps a picture of what is shown for the guides: beside the other pictures, and where `RASOAT_GUIDE_PICTURES` is set
    /// in their folder, so that guides are illustrated by what was tested.
    pub fn illustrate(&self, name: &str) -> Result<()> {
        self.browser.resize(1280, 800)?;
        self.look()?;
        // What moved with the size has come to rest.
        std::thread::sleep(Duration::from_millis(300));
        let folder = match std::env::var_os("RASOAT_GUIDE_PICTURES") {
            Some(_) => Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/huong-dan"),
            None => pictures().join("huong-dan"),
        };
        self.browser.save_small_picture(&folder.join(format!("{name}.webp")))
    }

    /// Keeps a picture of the page as it would be printed, and asks a script something of it.
    pub fn on_paper(&self, name: &str, script: &str) -> Result<Value> {
        self.browser.resize(794, 1123)?;
        self.browser.print(true)?;
        self.browser.save_picture(&pictures().join(format!("{name}-paper.png")))?;
        let told = self.browser.script(script);
        self.browser.print(false)?;
        told
    }

    /// The families of the fonts in which what a selector names is drawn, each with whether it was loaded by the page.
    pub fn fonts(&self, selector: &str) -> Result<Vec<(String, bool)>> {
        self.browser.fonts(selector)
    }

    /// The memory of the process that runs the page and its workers, in bytes: now, and the most it ever was.
    pub fn memory(&self) -> Option<(u64, u64)> {
        self.browser.memory()
    }

    /// Takes the network away, or brings it back.
    pub fn offline(&self, offline: bool) -> Result<()> {
        self.browser.offline(offline)
    }

    /// Scripts that failed; a refusal that the page asked for is a line of the browser's too, and no failure.
    fn log_of_failures(&self) -> Vec<String> {
        let log = self.browser.log();
        let lines = log.split("},{").filter(|line| line.contains("\"SEVERE\""));
        lines.filter(|line| !line.contains("Failed to load resource")).map(str::to_owned).collect()
    }

    /// What axe-core holds to be serious or critical in the page; nothing where it is not installed, which is said.
    fn serious_violations(&self) -> Result<Vec<String>> {
        let Some(axe) = std::env::var_os("RASOAT_AXE") else {
            let _ = writeln!(std::io::stderr(), "accessibility is not looked at: RASOAT_AXE names no axe.min.js");
            return Ok(Vec::new());
        };
        if self.browser.script("return typeof axe")? != "object" {
            self.browser.script(&fs_err::read_to_string(axe)?)?;
        }
        let found = self.browser.script_later(
            "const done = arguments[arguments.length - 1];
             axe.run(document, {resultTypes: ['violations']}).then(
               outcome => done(outcome.violations
                 .filter(one => ['serious', 'critical'].includes(one.impact))
                 .map(one => `${one.id}: ${one.nodes.slice(0, 4).map(node => node.html.slice(0, 160) + ' '
                   + node.any.map(check => check.message).join('; ')).join(' | ')}`)),
               error => done([`axe failed: ${error}`]));",
        )?;
        let found = found.as_array().context("axe said nothing")?.iter();
        Ok(found.map(|one| one.as_str().unwrap_or_default().to_owned()).collect())
    }
}
