//! A real browser, driven by the WebDriver protocol (W3C), of which these tests need a dozen requests.
//!
//! Written out because the crates that speak all of it bring an asynchronous client and four dozen further crates,
//! whose features would also make cargo build candle a second time.

use crate::skip;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::Agent;

/// How an element is named in the protocol's JSON (W3C WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Headless, as root too, and without anything that would look for the network.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,1000",
];

/// A browser with a profile of its own.
pub struct Browser {
    driver: Child,
    session: String,
    agent: Agent,
    _profile: TempDir,
}

/// An element of the page.
#[derive(Debug, Clone)]
pub struct Element(String);

/// Starts a browser; `None` where there is none, and the reason is said.
pub fn start() -> Option<Result<Browser>> {
    if std::env::var_os("RASOAT_NO_BROWSER").is_some() {
        skip("RASOAT_NO_BROWSER is set");
        return None;
    }
    let found = program_on_path("chromedriver").zip(program_on_path("chromium").or(program_on_path("google-chrome")));
    if found.is_none() {
        skip("Chromium or its driver is missing; `apt-get install chromium chromium-driver` brings both");
    }
    found.map(|(driver, browser)| Browser::start(&driver, &browser))
}

impl Browser {
    fn start(driver: &Path, browser: &Path) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut child = Command::new(driver).arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("the driver has no stdout")?;
        let agent =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(120))).build();
        let mut started = Self { driver: child, session: String::new(), agent: agent.new_agent(), _profile: profile };
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines.find_map(|line| port_in(&line)).context("the driver did not say its port")?;
        std::thread::spawn(move || lines.for_each(drop));

        let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", started._profile.path().display()));
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": browser, "args": flags},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let base = format!("http://127.0.0.1:{port}/session");
        let made = started.send(&base, wanted)?;
        let id = made["sessionId"].as_str().context("a session without an id")?;
        started.session = format!("{base}/{id}");
        Ok(started)
    }

    /// Opens a page.
    pub fn open(&self, address: &str) -> Result<()> {
        self.post("/url", json!({ "url": address })).map(drop)
    }

    /// The first element that a CSS selector finds, as soon as there is one.
    pub fn wait_for(&self, selector: &str, patience: Duration) -> Result<Element> {
        let until = Instant::now() + patience;
        loop {
            if let Some(element) = self.all(selector)?.into_iter().next() {
                return Ok(element);
            }
            if Instant::now() > until {
                bail!("no {selector} within {} s; the browser's log: {}", patience.as_secs(), self.log());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Every element that a CSS selector finds now.
    pub fn all(&self, selector: &str) -> Result<Vec<Element>> {
        let found = self.post("/elements", json!({"using": "css selector", "value": selector}))?;
        let ids =
            found.as_array().context("no list of elements")?.iter().filter_map(|element| element[ELEMENT].as_str());
        Ok(ids.map(|id| Element(id.to_owned())).collect())
    }

    /// The element that has the keyboard.
    pub fn focused(&self) -> Result<Element> {
        let found = self.get("/element/active")?;
        Ok(Element(found[ELEMENT].as_str().context("nothing has the keyboard")?.to_owned()))
    }

    /// Clicks as a person does: what is covered or out of reach is an error.
    pub fn click(&self, element: &Element) -> Result<()> {
        self.post(&format!("/element/{}/click", element.0), json!({})).map(drop)
    }

    /// Types into an element; for a file input, the file's path.
    pub fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        self.post(&format!("/element/{}/value", element.0), json!({ "text": text })).map(drop)
    }

    /// The text of an element as it is shown.
    pub fn text(&self, element: &Element) -> Result<String> {
        self.get(&format!("/element/{}/text", element.0)).map(|text| text.as_str().unwrap_or_default().to_owned())
    }

    /// What a script, run in the page, returns.
    pub fn script(&self, script: &str) -> Result<Value> {
        self.post("/execute/sync", json!({"script": script, "args": []}))
    }

    /// What a script hands to the function that is its last argument.
    pub fn script_later(&self, script: &str) -> Result<Value> {
        self.post("/execute/async", json!({"script": script, "args": []}))
    }

    /// Gives the page's window a size, as a device of that width has it.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", size).map(drop)
    }

    /// Has pages believe that the reader prefers `light` or `dark`.
    pub fn prefer(&self, scheme: &str) -> Result<()> {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.command("Emulation.setEmulatedMedia", features).map(drop)
    }

    /// Has pages believe that they are printed, or on a screen again.
    pub fn print(&self, printed: bool) -> Result<()> {
        let media = if printed { "print" } else { "" };
        self.command("Emulation.setEmulatedMedia", json!({ "media": media })).map(drop)
    }

    /// Takes the network away, or brings it back.
    pub fn offline(&self, offline: bool) -> Result<()> {
        let conditions = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.command("Network.enable", json!({}))?;
        self.command("Network.emulateNetworkConditions", conditions).map(drop)
    }

    /// A command of Chromium's own protocol, for what WebDriver has no words for.
    fn command(&self, name: &str, parameters: Value) -> Result<Value> {
        self.post("/goog/cdp/execute", json!({"cmd": name, "params": parameters}))
    }

    /// Saves what the window shows as a small WebP, for documents.
    pub fn save_small_picture(&self, file: &Path) -> Result<()> {
        let picture = self.command("Page.captureScreenshot", json!({"format": "webp", "quality": 72}))?;
        fs_err::create_dir_all(file.parent().context("a file without a folder")?)?;
        Ok(fs_err::write(file, from_base64(picture["data"].as_str().context("no picture")?)?)?)
    }

    /// Saves what the window shows as a PNG.
    pub fn save_picture(&self, file: &Path) -> Result<()> {
        let picture = self.get("/screenshot")?;
        fs_err::create_dir_all(file.parent().context("a file without a folder")?)?;
        Ok(fs_err::write(file, from_base64(picture.as_str().context("no picture")?)?)?)
    }

    /// The families of the fonts that the letters of an element come from, each with whether it was loaded by the page.
    pub fn fonts(&self, selector: &str) -> Result<Vec<(String, bool)>> {
        self.command("DOM.enable", json!({}))?;
        self.command("CSS.enable", json!({}))?;
        let page = self.command("DOM.getDocument", json!({}))?;
        let wanted = json!({"nodeId": page["root"]["nodeId"], "selector": selector});
        let node = self.command("DOM.querySelector", wanted)?;
        let fonts = self.command("CSS.getPlatformFontsForNode", json!({"nodeId": node["nodeId"]}))?;
        let fonts = fonts["fonts"].as_array().context("no fonts")?.iter();
        let named = |font: &Value| Some((font["familyName"].as_str()?.to_owned(), font["isCustomFont"] == true));
        Ok(fonts.filter_map(named).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// The memory of the process that draws the page and runs its workers, in bytes: now, and the most it ever was. `None`
    /// where the system does not tell (it is read from `/proc`).
    pub fn memory(&self) -> Option<(u64, u64)> {
        let all: BTreeMap<u32, u32> =
            fs_err::read_dir("/proc").ok()?.filter_map(|entry| parent(&entry.ok()?)).collect();
        let of_this = |process: &u32| {
            std::iter::successors(Some(*process), |at| all.get(at).copied()).any(|at| at == self.driver.id())
        };
        let draws = all.keys().filter(|process| of_this(process)).filter(|process| {
            let line = fs_err::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains("--type=renderer")
        });
        // A second one may be kept ready, and holds nothing.
        let told = draws.filter_map(|process| {
            let status = fs_err::read_to_string(format!("/proc/{process}/status")).ok()?;
            Some((kilobytes(&status, "VmRSS:")?, kilobytes(&status, "VmHWM:")?))
        });
        told.max()
    }

    /// What pages wrote to the console, errors of scripts among them.
    pub fn log(&self) -> String {
        self.post("/se/log", json!({"type": "browser"})).map_or_else(|error| error.to_string(), |log| log.to_string())
    }

    fn get(&self, path: &str) -> Result<Value> {
        value(self.agent.get(format!("{}{path}", self.session)).call()?)
    }

    fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.send(&format!("{}{path}", self.session), body)
    }

    fn send(&self, address: &str, body: Value) -> Result<Value> {
        value(self.agent.post(address).send_json(body)?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser when its session ends; a driver that is gone already needs no ending.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn value(mut answer: ureq::http::Response<ureq::Body>) -> Result<Value> {
    let status = answer.status();
    let mut body: Value = answer.body_mut().with_config().limit(64 << 20).read_json()?;
    ensure!(status == 200, "the browser's driver: {}", body["value"]["message"]);
    Ok(body["value"].take())
}

/// A process with the one that started it.
fn parent(entry: &fs_err::DirEntry) -> Option<(u32, u32)> {
    let process = entry.file_name().to_str()?.parse().ok()?;
    let status = fs_err::read_to_string(entry.path().join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    Some((process, line.trim().parse().ok()?))
}

/// "VmRSS:      1234 kB"
fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|count| count << 10)
}

/// "ChromeDriver was started successfully on port 40217."
fn port_in(line: &str) -> Option<u16> {
    let digits = line.split_once("successfully on port ")?.1;
    digits.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

fn from_base64(text: &str) -> Result<Vec<u8>> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let six = LETTERS.iter().position(|known| *known == letter).context("not base64")? as u32;
        bits = bits << 6 | six;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Ok(bytes)
}

fn program_on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_says_its_port() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 40217."), Some(40217));
        assert_eq!(port_in("Only local connections are allowed."), None);
    }

    #[test]
    fn a_process_tells_its_memory() {
        assert_eq!(kilobytes("VmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n", "VmRSS:"), Some(1 << 20));
        assert_eq!(kilobytes("Name:\tkthreadd\n", "VmRSS:"), None);
    }

    #[test]
    fn a_picture_comes_in_base64() {
        assert_eq!(from_base64("UmFzb2F0").unwrap_or_default(), b"Rasoat");
        assert_eq!(from_base64("UmFzb2E=").unwrap_or_default(), b"Rasoa");
        assert!(from_base64("Rasoat!").is_err());
    }

    #[test]
    fn a_page_is_opened_clicked_and_photographed() -> Result<()> {
        let Some(browser) = start() else { return Ok(()) };
        let browser = browser?;
        browser.open("data:text/html,<button onclick=\"this.textContent='clicked'\">button</button>")?;
        let button = browser.wait_for("button", Duration::from_secs(10))?;
        browser.click(&button)?;
        assert_eq!(browser.text(&button)?, "clicked");
        assert_eq!(browser.script("return 6 * 7")?, 42);
        let folder = tempfile::tempdir()?;
        browser.save_picture(&folder.path().join("page.png"))?;
        assert!(fs_err::read(folder.path().join("page.png"))?.starts_with(b"\x89PNG"));
        Ok(())
    }
}
