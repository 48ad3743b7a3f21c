//! A real OpenID Connect provider, and a browser without pages that goes through it.

use crate::skip;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use ureq::Agent;
use ureq::http::{Request, Response};

/// The provider, ended with this.
pub struct Provider {
    child: Child,
    issuer: String,
}

impl Provider {
    /// Starts one that sends people back to `redirect`; `None` where there is none, and the reason is said.
    pub fn start(redirect: &str) -> Result<Option<Self>> {
        if std::env::var_os("RASOAT_NO_OIDC").is_some() {
            // `cargo xtask test` said why; nothing else of the tests needs Node.
            return Ok(None);
        }
        let Some(folder) = std::env::var_os("RASOAT_TEST_OIDC").filter(|folder| !folder.is_empty()) else {
            skip("RASOAT_TEST_OIDC names no folder with the package oidc-provider; `cargo xtask test` installs it");
            return Ok(None);
        };
        // Node looks for packages beside the script.
        let script = PathBuf::from(folder).join(format!("provider-{}.mjs", std::process::id()));
        fs_err::write(&script, include_str!("../fixtures/oidc-provider.mjs"))?;
        let mut node = Command::new("node");
        node.arg(&script).arg(redirect).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = node.spawn().context("node does not start")?;
        let mut lines = BufReader::new(child.stdout.take().context("no stdout")?).lines();
        let issuer = lines.find(|line| line.as_ref().is_ok_and(|line| line.starts_with("http://127.0.0.1:")));
        let issuer = issuer.context("the provider did not say where it is")??;
        // Read to the end, or it would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        fs_err::remove_file(script)?;
        Ok(Some(Self { child, issuer }))
    }

    /// Its issuer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Goes to `url`, logs in there as `name`, agrees to everything, and gives the address it is sent back to.
    pub fn log_in(&self, url: &str, name: &str) -> Result<String> {
        let agent: Agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let mut cookies = BTreeMap::new();
        let mut next = (url.to_owned(), None);
        for _ in 0..12 {
            let (address, form) = next;
            let answer = hop(&agent, &mut cookies, &address, form)?;
            if let Some(location) = answer.headers().get("location") {
                let location = location.to_str()?;
                if location.starts_with('/') {
                    next = (format!("{}{location}", self.issuer), None);
                } else if location.starts_with(&self.issuer) {
                    next = (location.to_owned(), None);
                } else {
                    return Ok(location.to_owned());
                }
            } else if answer.body().contains("name=\"login\"") {
                next = (address, Some(format!("prompt=login&login={name}&password=x")));
            } else if answer.body().contains("value=\"consent\"") {
                next = (address, Some("prompt=consent".to_owned()));
            } else {
                bail!("{address}: {}: {}", answer.status(), answer.body());
            }
        }
        bail!("the provider sent round in circles")
    }
}

fn hop(
    agent: &Agent,
    cookies: &mut BTreeMap<String, String>,
    address: &str,
    form: Option<String>,
) -> Result<Response<String>> {
    let method = if form.is_some() { "POST" } else { "GET" };
    let sent = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let request = Request::builder().method(method).uri(address).header("cookie", sent);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let (parts, mut body) = agent.run(request.body(form.unwrap_or_default())?)?.into_parts();
    for cookie in parts.headers.get_all("set-cookie") {
        let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
    Ok(Response::from_parts(parts, body.read_to_string()?))
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Gone already is as good as ended now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
