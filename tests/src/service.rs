//! `rasoat serve`, started on a free port and ended with the test.

use crate::program::Rasoat;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use ureq::http::{Request, Response};
use ureq::unversioned::multipart::{Form, Part};
use ureq::{Agent, Body};

/// How long a review of a sample may take on a slow machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(600);

/// A running service.
pub struct Service {
    child: Child,
    address: String,
    agent: Agent,
    /// What it says, line by line.
    said: Mutex<mpsc::Receiver<String>>,
    heard: Vec<String>,
}

/// One server-sent event.
#[derive(Debug)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its data.
    pub data: Value,
}

impl Service {
    /// Starts it and waits until it says where it listens.
    pub fn start(rasoat: &Rasoat) -> Result<Self> {
        Self::with_arguments(rasoat, &[])
    }

    /// The same with further arguments on the command line.
    pub fn with_arguments(rasoat: &Rasoat, arguments: &[&str]) -> Result<Self> {
        let mut command = rasoat.command(["serve", "--listen", "127.0.0.1:0"].iter().chain(arguments));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::of(command.spawn().context("failed to start the program")?)
    }

    /// A service that was started with its output piped, once it says where it listens.
    pub fn of(mut child: Child) -> Result<Self> {
        let (sender, said) = mpsc::channel();
        let (stdout, stderr) = (child.stdout.take().context("no stdout")?, child.stderr.take().context("no stderr")?);
        // Both are read to the end, or the service would stop at a full pipe.
        for pipe in [Box::new(stdout) as Box<dyn std::io::Read + Send>, Box::new(stderr)] {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        drop(sender);
        let agent =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().new_agent();
        let mut service = Self { child, address: String::new(), agent, said: Mutex::new(said), heard: Vec::new() };
        let until = Instant::now() + Duration::from_secs(120);
        loop {
            let line = service.said().recv_timeout(until.saturating_duration_since(Instant::now()));
            let Ok(line) = line else { break };
            if let Some(address) = address_in(&line) {
                service.address = address;
                return Ok(service);
            }
            service.heard.push(line);
        }
        bail!("the service did not say where it listens: {:?}", service.heard)
    }

    /// What it said before where it listens.
    pub fn heard(&self) -> &[String] {
        &self.heard
    }

    /// Any request, with headers and a JSON body; whatever it answers: the status, the headers, the body.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Response<String>> {
        let Some(body) = body else { return self.send(method, path, headers, Vec::new()) };
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.send(method, path, &headers, serde_json::to_vec(body)?)
    }

    /// The same, but what it leads to is not followed.
    pub fn ask_without_following(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Response<String>> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let agent: Agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let (parts, mut body) = agent.run(request.body(())?)?.into_parts();
        Ok(Response::from_parts(parts, body.read_to_string()?))
    }

    /// Any request, with headers and a body.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Response<String>> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, mut body) = self.agent.run(request.body(body)?)?.into_parts();
        Ok(Response::from_parts(parts, body.read_to_string()?))
    }

    /// Kills it as nothing can be caught (`SIGKILL`).
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Sends it a signal, such as `TERM`.
    pub fn signal(&self, signal: &str) -> Result<()> {
        let sent = Command::new("kill").arg(format!("-{signal}")).arg(self.child.id().to_string()).status()?;
        ensure!(sent.success(), "the service got no {signal}");
        Ok(())
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it said since it was last asked.
    pub fn said_since(&self) -> Vec<String> {
        self.said().try_iter().collect()
    }

    fn said(&self) -> MutexGuard<'_, mpsc::Receiver<String>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a line that has a word in it.
    pub fn says(&self, word: &str) -> Result<String> {
        let until = Instant::now() + Duration::from_secs(60);
        while let Ok(line) = self.said().recv_timeout(until.saturating_duration_since(Instant::now())) {
            if line.contains(word) {
                return Ok(line);
            }
        }
        bail!("the service did not say `{word}`")
    }

    /// Waits until it has ended by itself.
    pub fn ended(mut self) -> Result<ExitStatus> {
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("the service goes on")
    }

    /// GET, whatever it answers.
    pub fn get(&self, path: &str) -> Result<Response<Body>> {
        Ok(self.agent.get(format!("{}{path}", self.address)).call()?)
    }

    /// GET with headers, whatever it answers, its body as it came; ureq unpacks only what it asked for itself.
    pub fn raw(&self, path: &str, headers: &[(&str, &str)]) -> Result<Response<Body>> {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(request.call()?)
    }

    /// GET that must succeed, as JSON.
    pub fn json(&self, path: &str) -> Result<Value> {
        let mut answer = self.get(path)?;
        let text = answer.body_mut().read_to_string()?;
        if answer.status() != 200 {
            bail!("GET {path}: {}: {text}", answer.status());
        }
        serde_json::from_str(&text).with_context(|| format!("GET {path}: not JSON: {text}"))
    }

    /// POST of JSON, whatever it answers.
    pub fn post(&self, path: &str, body: &Value) -> Result<Response<Body>> {
        Ok(self.agent.post(format!("{}{path}", self.address)).send_json(body)?)
    }

    /// DELETE, whatever it answers.
    pub fn delete(&self, path: &str) -> Result<Response<Body>> {
        Ok(self.agent.delete(format!("{}{path}", self.address)).call()?)
    }

    /// Uploads a draft for review, whatever it answers.
    pub fn upload(&self, name: &str, bytes: &[u8], as_of: &str) -> Result<Response<Body>> {
        let form = Form::new().text("as_of", as_of).part("file", Part::bytes(bytes).file_name(name));
        Ok(self.agent.post(format!("{}/api/reviews", self.address)).send(form)?)
    }

    /// Uploads a draft that must be accepted; the answer is the identifier of its review.
    pub fn start_review(&self, name: &str, bytes: &[u8], as_of: &str) -> Result<String> {
        let mut answer = self.upload(name, bytes, as_of)?;
        let text = answer.body_mut().read_to_string()?;
        if answer.status() != 202 {
            bail!("the draft was not accepted: {}: {text}", answer.status());
        }
        let job: Value = serde_json::from_str(&text)?;
        Ok(job["id"].as_str().context("a job without an id")?.to_owned())
    }

    /// Listens to a review's events until the last.
    pub fn events(&self, review: &str) -> Result<Vec<Event>> {
        let answer = self.get(&format!("/api/reviews/{review}/events"))?;
        let (mut events, mut name, mut data) = (Vec::new(), String::new(), String::new());
        for line in BufReader::new(answer.into_body().into_reader()).lines() {
            let line = line?;
            if let Some(value) = line.strip_prefix("event:") {
                name = value.trim().to_owned();
            } else if let Some(value) = line.strip_prefix("data:") {
                data += value.trim();
            } else if line.is_empty() && !name.is_empty() {
                let last = matches!(name.as_str(), "done" | "failed" | "cancelled");
                events.push(Event {
                    name: std::mem::take(&mut name),
                    data: serde_json::from_str(&std::mem::take(&mut data)).unwrap_or_default(),
                });
                if last {
                    return Ok(events);
                }
            }
        }
        bail!("the stream ended before the review: {events:?}")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Gone already is as good as ended now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address_in(line: &str) -> Option<String> {
    let start = ["http://127.0.0.1:", "https://127.0.0.1:"].iter().find_map(|scheme| line.find(scheme))?;
    let address = line[start..].split(|letter: char| letter.is_whitespace() || "\"'<>()".contains(letter)).next()?;
    Some(address.trim_end_matches(['/', '.', ',']).to_owned())
}
